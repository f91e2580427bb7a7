"""What an instructor publishes from the chapters: a handout, slides, a site, launch links.

One command, which ``make`` calls: ``python -m fmnist_lessons.publishing handout`` (or ``slides``,
``site``, ``links``). It needs a clone of the lessons or another folder of chapters; slides and site
need the extra ``site`` of this package as well.
"""
