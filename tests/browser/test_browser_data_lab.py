"""DataLab, used as a person uses it: choose a class, turn pages, draw, enlarge."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING


class TestDataLab(EveryLab):
    name = "DataLab"
    shared = ANSWERING

    def fill(self, lab):
        lab.chooser("class").select_option("Ankle boot")
        lab.wait_for_status("Ankle boot")
        lab.type_number("enlarge image", 10)

    def use(self, lab):
        lab.chooser("class").select_option("Bag")
        lab.wait_for_status("Bag")
        assert "Bag" in " ".join(lab.pictures())

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        lab.chooser("class").select_option("Sandal")
        lab.wait_for_status("Sandal")
        first = lab.pictures()
        with lab.keeps_its_height():
            for button in ("Next", "Previous", "Another ten at random"):
                with lab.timed() as taken:
                    lab.button(button).click()
                note(button, taken)
            with lab.timed() as taken:
                lab.drag("enlarge image", 0.5)
            note("enlarge", taken)
        assert lab.pictures() != first

    def test_same_seed_same_images(self, full_lab):
        lab = full_lab
        seen = []
        for seed in (7, 8, 7):
            lab.type_number("seed", seed)
            lab.button("Draw with this seed").click()
            lab.wait_for_status(rf"\b{seed}\b")
            seen.append(lab.pictures()[:10])
        assert seen[0] == seen[2] != seen[1]

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("class")
        keyboard.type("Dress")
        lab.wait_for_status("Dress")
        lab.tab_to("Next")
        keyboard.press("Space")
        lab.wait_for_status("[Pp]age 2")
        lab.tab_to("Another ten at random")
        keyboard.press("Enter")
        lab.wait_for_status("[Ss]eed")
        lab.tab_to("enlarge image", "range")
        keyboard.press("Home")
        keyboard.press("ArrowRight")
        lab.wait_for_value("enlarge image", 2)

    def test_a_seed_that_is_too_large_is_told(self, full_lab):
        lab = full_lab
        lab.type_number("seed", 5_000_000_000)
        lab.wait_for_status(
            "^seed goes from 0 to 4294967295: 5000000000 was typed, 4294967295 is taken.$"
        )
        lab.type_number("seed", 3)
        lab.wait_for_status("seed 3")
