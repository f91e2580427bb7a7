"""What an instructor publishes from the chapters: a handout, slides, a site.

Each is a command, which ``make`` calls: ``python -m fmnist_lessons.publishing.handout``, and the
same with ``slides`` and ``site``. They need a clone of the lessons or another folder of chapters;
slides and site need the extra ``site`` of this package as well.
"""
