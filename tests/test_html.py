"""What the labs that are still to be moved show as HTML."""

from fmnist_lessons.labs import html


def test_tables_name_their_columns_for_screen_readers():
    table = html.table_html(("a", "b"), [("1", "<2>")], "Runs")
    assert table.count('scope="col"') == 2
    assert "&lt;2&gt;" in table
    assert "Runs</caption>" in table


def test_status_and_details_are_escaped():
    assert html.status_html("<x>") == (
        '<div class="fmnist-lab-status" style="line-height:1.5;min-height:3em" role="status">'
        "&lt;x&gt;</div>"
    )
    assert "<b>Error.</b> &lt;x&gt;" in html.status_html("<x>", error=True)
    assert "&lt;x&gt;" in html.details_html("where", "<x>")
