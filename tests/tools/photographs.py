"""Photograph-like pictures, made from images of a data set: the same ones every time.

What lies on a table at home is not what a data set holds. Each kind below spoils a clean picture
in one way: light, grain and cloth by up to 20 %; a mixture does three of them.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

SIZE = 300, 240  # rows and columns
CLEAN, MIXTURE = "clean", "mixture"
MOST_DEGREES = 15


@dataclass
class Scene:
    """What is photographed: all arrays have the shape of `SIZE`, and values from 0 to 1."""

    ink: np.ndarray  # how dark the thing makes it
    covered: np.ndarray  # the share of each place that the thing covers
    rng: np.random.Generator
    paper: float = 0.9
    light: np.ndarray = field(default_factory=lambda: np.ones(SIZE))
    cloth: np.ndarray = field(default_factory=lambda: np.ones((*SIZE, 3)))  # below the thing
    noise: np.ndarray = field(default_factory=lambda: np.zeros(SIZE))
    is_drawn: bool = False  # or else it lies there, and may be lighter than the cloth

    def __post_init__(self):
        self.strength = self.rng.uniform(0.05, 0.2)
        self.y, self.x = np.indices(SIZE) / max(SIZE)

    def across(self):
        """Return how far each place lies along a random direction, 0 to 1."""
        angle = self.rng.uniform(0, 2 * np.pi)
        along = np.cos(angle) * self.x + np.sin(angle) * self.y
        return (along - along.min()) / np.ptp(along)

    def picture(self):
        """Return the photograph, of shape (rows, columns, 3) and dtype uint8."""
        ink, covered = self.ink[..., None], self.covered[..., None]
        if self.is_drawn:
            seen = self.paper * self.cloth * (1 - ink)
        else:
            seen = self.paper * (self.cloth * (1 - covered) + covered - ink)
        seen = seen * self.light[..., None] + self.noise[..., None]
        return np.rint(255 * seen.clip(0, 1)).astype(np.uint8)


def gradient(scene):
    scene.light *= 1 - scene.strength * scene.across()


def vignette(scene):
    middle = np.array(SIZE) / max(SIZE) / 2
    squares = (scene.y - middle[0]) ** 2 + (scene.x - middle[1]) ** 2
    scene.light *= 1 - scene.strength * squares / squares.max()


def noise(scene):
    scene.noise += scene.rng.normal(0, scene.strength / 2, SIZE)  # 95 in 100 within the strength


def specks(scene):
    for _ in range(scene.rng.integers(1, 7)):
        y, x = scene.rng.uniform(0.03, 0.97, 2) * SIZE / max(SIZE)
        radius = scene.rng.uniform(0.003, 0.01)
        inside = (scene.y - y) ** 2 + (scene.x - x) ** 2 < radius**2
        scene.light[inside] *= scene.rng.uniform(0.2, 0.7)


def edge(scene):
    """Another thing reaches into the picture along one side: the end of the paper or table."""
    width = round(scene.strength * scene.rng.uniform(0.15, 0.4) * max(SIZE))
    turned = np.rot90(scene.light, scene.rng.integers(4))  # a view: writes into the light
    turned[:width] *= scene.rng.uniform(0.2, 0.8)


def shadow(scene):
    """One side lies in a shadow whose edge is soft."""
    where, soft = scene.rng.uniform(0.2, 0.8), scene.rng.uniform(0.05, 0.15)
    scene.light *= 1 - scene.strength / (1 + np.exp(-(scene.across() - where) / soft * 4))


def coloured(scene):
    tint = scene.rng.uniform(0.5, 1, 3)
    grey = tint @ (0.299, 0.587, 0.114)
    scene.cloth *= (tint * (1 - scene.strength) / grey).clip(0, 1 / scene.paper)


def patterned(scene):
    """Stripes, or squares, that are darker by up to the strength; for digits, ruled paper."""
    period = scene.rng.uniform(0.03, 0.08)
    waves = np.sin(2 * np.pi / period * scene.across())
    if scene.rng.random() < 0.5:
        waves = np.maximum(waves, np.sin(2 * np.pi / period * scene.across()))
    scene.cloth *= 1 - scene.strength * (waves[..., None] > 0.3)


def rotated(scene):
    angle = scene.rng.uniform(-MOST_DEGREES, MOST_DEGREES)
    for part in (scene.ink, scene.covered):
        part[:] = ndimage.rotate(part, angle, reshape=False, order=1)


SINGLE = (gradient, vignette, noise, specks, edge, shadow, coloured, patterned, rotated)
KINDS = (CLEAN, *(kind.__name__ for kind in SINGLE), MIXTURE)


def photograph(pixels, kind, seed, *, pencil=False):
    """Return a photograph of a 28 × 28 image, of shape (rows, columns, 3) and dtype uint8.

    With `pencil`, its lines are as grey and as grained as a pencil's on paper.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    side = round(rng.uniform(0.7, 0.85) * min(SIZE))
    ink = pixels / 255
    large = [ndimage.zoom(part, side / 28, order=1) for part in (ink, (ink > 0.02) * 1.0)]
    if pencil:
        grain = ndimage.gaussian_filter(rng.normal(0, 1, large[0].shape), 1)
        large[0] *= (rng.uniform(0.55, 0.8) + 0.25 * grain).clip(0, 1)
    top, left = (rng.integers(0.06 * full, 0.94 * full - side) for full in SIZE)
    placed = np.zeros((2, *SIZE))
    placed[:, top : top + side, left : left + side] = large
    scene = Scene(*placed, rng, is_drawn=pencil)
    if kind == MIXTURE:
        for number in rng.choice(len(SINGLE), 3, replace=False):
            SINGLE[number](scene)
    elif kind != CLEAN:
        SINGLE[KINDS.index(kind) - 1](scene)
    return scene.picture()
