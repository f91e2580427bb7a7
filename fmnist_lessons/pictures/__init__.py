"""From any picture to 28 × 28 pixels as the data sets have them, and how like them it is."""
