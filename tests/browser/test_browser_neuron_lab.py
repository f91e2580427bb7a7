"""NeuronLab, used as a person uses it: choose, paint, blank, restore."""

from every_lab import EveryLab, UsedLab
from shared_notebooks import ANSWERING


def board_of(lab):
    return lab.root.get_by_role("application")


def painted(lab):
    """Return the pixels of the picture as the kernel has them."""
    return lab.root.locator("fmnist-pixels").evaluate(
        "e => [...atob(e.getAttribute('painted'))].map(letter => letter.charCodeAt(0))"
    )


class TestNeuronLab(EveryLab):
    name = "NeuronLab"
    shared = ANSWERING

    def fill(self, lab):
        lab.type_number("image", 28)
        lab.wait_for_status("28")

    def use(self, lab):
        with lab.timed():
            lab.type_number("image", 3)
        lab.wait_for_status("3")

    def test_all_of_it_is_on_one_screen(self, full_lab):
        with full_lab.in_a_small_window():
            assert full_lab.root.bounding_box()["height"] <= 640
            all_ten = full_lab.root.get_by_role("region", name="All ten classes")
            widths = all_ten.evaluate("e => [e.scrollWidth, e.clientWidth]")
            assert widths[0] <= widths[1]  # no column is hidden
            assert full_lab.layout_problems() == []

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        lab.slider("image").scroll_into_view_if_needed()
        with lab.keeps_its_height():
            with lab.timed() as taken:
                lab.drag("image", 1)
            note("image", taken)
            lab.wait_for_value("image", 999)
            with lab.timed() as taken:
                lab.chooser("class").select_option("Bag")
            note("class", taken)
        before = lab.tables()
        box = board_of(lab).bounding_box()
        mouse = lab.page.mouse
        with lab.timed("^Painted: ", begin=["pointerdown"]) as taken:
            mouse.move(box["x"] + 10, box["y"] + 10)
            mouse.down()
            mouse.move(box["x"] + 100, box["y"] + 100, steps=5)
            mouse.up()
        note("paint", taken)
        lab.page.wait_for_timeout(500)
        assert lab.tables() != before
        with lab.timed() as taken:
            lab.button("Blank a region").click()
        note("blank", taken)
        with lab.timed() as taken:
            lab.button("Restore the image").click()
        note("restore", taken)
        lab.page.wait_for_timeout(500)
        assert lab.tables() == before

    def test_a_long_stroke_is_painted_whole_and_taken_back_at_once(self, full_lab):
        lab = full_lab
        lab.button("Restore the image").click()
        lab.chooser("brush").select_option("1")
        lab.wait_for_status("^The brush is 1 × 1")
        lab.button("Erase").click()
        lab.wait_for_status("^Tool: erase")
        before = painted(lab)
        self.drag_over(lab, (0, 0), (27, 27))
        lab.wait_for_status("^Painted: ")
        lab.page.wait_for_timeout(500)
        expected = [0 if place % 29 == 0 else value for place, value in enumerate(before)]
        assert painted(lab) == expected
        assert board_of(lab).evaluate("e => [...e.parentElement.pixels]") == expected
        lab.button("Paint").click()
        lab.button("Undo").click()
        lab.wait_for_status("^The last step is taken back")
        assert painted(lab) == before

    def drag_over(self, lab, start, end, steps=70):
        box, mouse = board_of(lab).bounding_box(), lab.page.mouse
        at = lambda cell: [  # noqa: E731
            box[side] + (place + 0.5) * box["width"] / 28 for side, place in zip("xy", cell)
        ]
        mouse.move(*at(start))
        mouse.down()
        for step in range(1, steps + 1):
            share = step / steps
            mouse.move(*at([a + (b - a) * share for a, b in zip(start, end)]))
        mouse.up()

    def test_a_finger_paints_and_does_not_scroll(self, full_lab):
        lab = full_lab
        lab.button("Restore the image").click()
        lab.chooser("brush").select_option("2")
        lab.button("Paint").click()
        lab.wait_for_status("^Tool: paint")
        box = board_of(lab).bounding_box()
        finger = lab.page.context.new_cdp_session(lab.page)
        for kind, share in (("touchStart", 0.1), ("touchMove", 0.4), ("touchMove", 0.7)):
            place = {side: box[side] + share * box["width"] for side in "xy"}
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        lab.wait_for_status("^Painted: ")
        lab.page.wait_for_timeout(500)
        assert all(painted(lab)[29 * place] == 255 for place in range(3, 19))
        assert board_of(lab).bounding_box() == box
        lab.button("Restore the image").click()

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.button("Restore the image").click()
        lab.begin_by_keyboard()
        lab.tab_to("image", "range")
        keyboard.press("Home")
        keyboard.press("ArrowRight")
        lab.wait_for_value("image", 1)
        lab.page.wait_for_timeout(500)
        before = lab.tables()
        lab.tab_to(board_of(lab).get_attribute("aria-label"))
        with lab.timed():
            keyboard.press("ArrowUp")
            keyboard.press("Space")
        lab.page.wait_for_timeout(500)
        assert lab.tables() != before
        lab.begin_by_keyboard()
        lab.tab_to("Restore the image")
        keyboard.press("Enter")
        lab.page.wait_for_timeout(500)
        assert lab.tables() == before


class TestNeuronLabOfTheNetwork(UsedLab):
    """The other kind of model, by keyboard; what both have in common is tested above."""

    name = "NeuronLab of the network"
    shared = ANSWERING

    def use(self, lab):
        with lab.timed():
            lab.type_number("image", 3)
        lab.wait_for_status("3")

    def test_image_class_and_painting_by_keyboard_alone(self, lab, note, screenshots):
        keyboard = lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("image", "range")
        keyboard.press("Home")
        with lab.timed("^Image 1, ") as taken:
            keyboard.press("ArrowRight")
        note("image", taken)
        lab.wait_for_value("image", 1)
        heads = lab.tables()[0][0]
        assert "softmax" in heads
        assert "one versus rest" not in heads  # a network has none
        unpainted = self.z_now(lab)

        lab.begin_by_keyboard()
        lab.tab_to("class")
        with lab.timed("^The weights of Bag") as taken:
            keyboard.type("Bag")
        note("class", taken)
        assert self.z_now(lab) == unpainted  # another class is looked at, the picture is the same

        lab.tab_to(board_of(lab).get_attribute("aria-label"))
        with lab.timed("^Painted: 4 pixels differ") as taken:
            keyboard.press("Space")
        note("paint", taken)
        painted = self.z_now(lab)
        assert painted != unpainted
        lab.take_picture(screenshots / "NeuronLab_of_the_network.png")
        assert lab.axe_violations() == []
        assert lab.layout_problems() == []

        lab.begin_by_keyboard()
        lab.tab_to("Restore the image")
        with lab.timed() as taken:
            keyboard.press("Enter")
        note("restore", taken)
        lab.page.wait_for_timeout(200)
        assert self.z_now(lab) == unpainted

    def z_now(self, lab):
        """Return the ten z of the picture as it is painted."""
        head, *rows = lab.tables()[0]
        return [row[head.index("z now")].split()[0] for row in rows]
