"""DataLab, used as a person uses it: choose a class, turn pages, draw, enlarge."""

import re

from every_lab import EveryLab
from playwright.sync_api import expect
from shared_notebooks import ANSWERING

# The contrast of each grey level's digits, as WCAG reckons it.
CONTRASTS = """cell => {
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/\\d+/g).map(Number);
    if (red !== green || green !== blue) throw new Error(`not grey: ${colour}`);
    const level = red / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  };
  const before = cell.getAttribute("style");
  const found = [...Array(256).keys()].map((value) => {
    cell.style.setProperty("--g", value);
    const style = getComputedStyle(cell);
    const all = [style.backgroundColor, style.color].map(luminance).sort((a, b) => b - a);
    return [style.backgroundColor, (all[0] + 0.05) / (all[1] + 0.05)];
  });
  cell.setAttribute("style", before);
  return found;
}"""


def picture(lab, position):
    """Return the picture at that place among the ten, which is a button."""
    return lab.root.get_by_role("button", name=re.compile(rf"^{position}\. "))


class TestDataLab(EveryLab):
    name = "DataLab"
    shared = ANSWERING

    def fill(self, lab):
        lab.chooser("class").select_option("Ankle boot")
        lab.wait_for_status("Ankle boot")
        picture(lab, 10).click()
        lab.wait_for_status("^Enlarged: ")

    def use(self, lab):
        lab.chooser("class").select_option("Bag")
        lab.wait_for_status("Bag")
        assert "Bag" in " ".join(lab.pictures())

    def test_all_of_it_is_on_one_screen(self, full_lab):
        lab = full_lab
        with lab.in_a_small_window():
            for tab in ("Averages", "This image"):
                lab.root.get_by_role("tab", name=tab).click()
                lab.page.wait_for_timeout(300)
                assert lab.root.bounding_box()["height"] <= 640
                assert lab.layout_problems() == []

    def test_every_grey_level_is_written_in_legible_contrast(self, full_lab):
        picture(full_lab, 3).click()
        expect(picture(full_lab, 3)).to_have_attribute("aria-pressed", "true")
        cell = full_lab.root.locator(".numbers td[style]").first
        found = cell.evaluate(CONTRASTS)
        for value, (paper, contrast) in enumerate(found):
            assert paper == f"rgb({255 - value}, {255 - value}, {255 - value})"
            assert contrast >= 4.5, value

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
            with lab.timed("^Enlarged: ") as taken:
                picture(lab, 5).click()
            note("enlarge", taken)
            assert picture(lab, 5).get_attribute("aria-pressed") == "true"
            with lab.timed("^The average image of each class") as taken:
                lab.root.get_by_role("tab", name="Averages").click()
            note("averages", taken)
            with lab.timed("^Bag: page 1 of") as taken:
                lab.chooser("class").select_option("Bag")
            note("class", taken)
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
        lab.tab_to(picture(lab, 2).locator("img").get_attribute("alt"))
        keyboard.press("Enter")
        lab.wait_for_status("^Enlarged: ")
        lab.tab_to("This image")
        keyboard.press("ArrowLeft")
        lab.wait_for_status("^The average image of each class")

    def test_a_seed_that_is_too_large_is_told(self, full_lab):
        lab = full_lab
        lab.type_number("seed", 5_000_000_000)
        lab.wait_for_status(
            "^seed goes from 0 to 4294967295: 5000000000 was asked for, 4294967295 is taken.$"
        )
        lab.type_number("seed", 3)
        lab.wait_for_status("seed 3")

    def test_a_number_refused_twice_goes_back_twice(self, full_lab):
        lab = full_lab
        lab.type_number("page", 2)
        for _ in range(2):
            lab.type_number("page", 2.5)
            lab.wait_for_status("^Error. page takes a whole number from 1 to .*: '2.5' was typed")
            expect(lab.number("page")).to_have_value("2")

    def test_clicks_count_in_their_order_though_the_kernel_has_not_answered(self, full_lab):
        lab = full_lab
        lab.chooser("class").select_option("Coat")
        lab.wait_for_status("^Coat")
        lab.root.evaluate("""lab => {
          for (const place of ["3", "5"])
            lab.querySelector(`[data-set=position][data-value="${place}"]`).click();
          lab.querySelector("[data-set=tab][data-value=averages]").click();
        }""")
        lab.wait_for_status("^The average image of each class")
        chosen = lab.root.locator("[role=tab][aria-selected=true]")
        expect(chosen).to_have_text("Averages")

    def test_a_box_changed_and_changed_back_goes_on_with_the_others(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.type_number("page", 1)
        lab.number("page").click()
        for key in ("End", "2", "Backspace", "Tab"):
            keyboard.press(key)
        lab.button("Next").click()
        lab.wait_for_status("page 2")
        expect(lab.number("page")).to_have_value("2")
