# Everything a learner or contributor runs. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab test browser claims faults lint format notebooks pictures bench class-load lock lowest links colab hosted handout slides site hub report nbgrader voila clean

BIN := .venv/bin
SETTINGS := .venv/share/jupyter/lab/settings/overrides.json
FRONT_END := 'fmnist_lessons/**/*.js' 'fmnist_lessons/**/*.css'

# Settings of the user's own Python, and of their own tests, must not reach into .venv.
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS PIP_TARGET PIP_PREFIX PIP_CONSTRAINT PIP_REQUIRE_HASHES PYTEST_ADDOPTS
export PIP_USER := 0

# A moved folder needs a new environment: the old one holds absolute paths.
ifneq ($(shell cat .venv/ready 2>/dev/null),$(CURDIR))
$(shell rm -f .venv/ready)
endif

# JupyterLab refuses to run as root without this, and a container often has no other user.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)
# No screen, no browser: then JupyterLab only prints its URL.
NO_BROWSER := $(shell [ "$$(uname)" = Linux ] && [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] && echo --no-browser)

help:  ## list these commands
	@echo "fmnist_lessons: interactive lessons on Fashion MNIST"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

lab: .venv/ready  ## set up if needed, then open JupyterLab on chapter 1
	$(BIN)/python -m jupyter lab $(AS_ROOT) $(NO_BROWSER) notebooks/01_look_at_the_data.ipynb

test: .venv/ready-dev  ## set up if needed, then check style, code and chapters (12 minutes on two cores)
	@echo "== 1 of 3: style of code and notebooks (ruff), of JavaScript and CSS (oxlint, oxfmt)"
	@$(MAKE) --no-print-directory lint
	@echo "== 2 of 3: unit tests, against scikit-learn and Keras themselves (pytest)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long" tests --ignore tests/browser
	@echo "== 3 of 3: every chapter run again in 1 GiB, every output compared (nbval)"
	@$(BIN)/python tests/tools/check_chapters.py
	@echo "== passed. Further checks: make browser (labs in Chromium), make claims, make faults"

browser: .venv/ready-dev  ## use all labs and quizzes in JupyterLab, driven by Chromium (9 minutes on two cores)
	@FMNIST_LESSONS_REQUIRE_CHROMIUM=1 $(BIN)/python -m pytest -n 2 --dist loadgroup tests/browser

claims: .venv/ready-dev  ## compute what the texts conclude from long trainings (on two cores about a quarter of an hour)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m long --verbose tests/claims

faults: .venv/ready-dev  ## break files, disks and folders, and feed 10,000 odd files to each reader
	@FMNIST_LESSONS_FUZZ=10000 $(BIN)/python -m pytest -n 2 -m faults tests/faults

lint: .venv/ready-dev  ## check the style of code, notebooks, JavaScript and CSS
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxlint --deny-warnings fmnist_lessons
	$(BIN)/oxfmt --check $(FRONT_END)

format: .venv/ready-dev  ## put that style right, as far as a program can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/oxlint --deny-warnings --fix fmnist_lessons
	$(BIN)/oxfmt $(FRONT_END)

notebooks: .venv/ready-dev  ## run all chapters again and write them, clean
	$(BIN)/python tests/tools/execute_chapters.py

pictures: .venv/ready-dev  ## take the README's pictures of a lab anew (needs Chromium)
	FMNIST_LESSONS_TAKE_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_browser_readme.py

bench: .venv/ready-dev  ## measure our helpers beside the plain calls, as a table of ratios
	$(BIN)/python tests/bench/benchmark.py

LOCK := $(BIN)/uv --no-config pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
  --no-emit-index-url --generate-hashes --no-annotate --no-header --extra jupyterlab --extra tensorflow pyproject.toml

class-load: .venv/ready-dev  ## let 1, 2, 4 and 8 learners run chapter 2 at once, each with a server and a control group (Linux, as root)
	$(BIN)/python tests/bench/class_load.py

lock: .venv/ready-dev  ## choose the newest versions that fit, and pin them
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --upgrade -o requirements-lock.txt
	$(LOCK) --upgrade --extra site --extra test --constraint requirements-lock.txt -o requirements-dev-lock.txt
	$(BIN)/python tests/tools/write_environment.py

lowest: .venv/ready-dev  ## run the unit tests with the lowest versions that pyproject.toml allows, in build/lowest
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv --no-config venv --quiet --clear --seed --python $(BIN)/python build/lowest
	$(BIN)/uv --no-config pip install --quiet --python build/lowest --resolution lowest-direct --editable '.[jupyterlab,tensorflow,site,test]'
	build/lowest/bin/python -m pytest -n 2 --dist loadfile -m "not long" tests --ignore tests/browser --ignore tests/claims

links: .venv/ready  ## print launch links for each chapter: Binder, Colab, Kaggle, Codespaces, and JupyterHub (HUB=address)
	@$(BIN)/python -m fmnist_lessons.publishing links $(if $(HUB),--hub '$(HUB)')

colab: .venv/ready  ## write the chapters for Colab and Kaggle, each with a first cell that installs the lessons
	@$(BIN)/python -m fmnist_lessons.publishing colab $(if $(WHEEL),--wheel '$(WHEEL)')

handout: .venv/ready  ## write the chapters without solutions and results, to hand out: folder and zip
	@$(BIN)/python -m fmnist_lessons.publishing handout $(if $(NBGRADER),--nbgrader)

slides: .venv/ready-dev  ## write a deck of slides for each chapter, as HTML that needs no network
	@$(BIN)/python -m fmnist_lessons.publishing slides

site: .venv/ready-dev  ## write a site of all chapters with their results, contents and search
	@$(BIN)/python -m fmnist_lessons.publishing site

report: .venv/ready  ## read what a class handed in, FOLDER=..., and write who solved what
	@$(BIN)/python -m fmnist_lessons.publishing report $(if $(FOLDER),"$(FOLDER)",$(error say where it is: make report FOLDER=returned))

# nbgrader and Voilà are each in a folder of its own, over the lock's packages: nothing else needs them.
define OVER_THE_LOCK
@$(BIN)/python -m venv $(1)
@$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" > $$(echo $(1)/lib/python3*/site-packages)/lessons.pth
@$(1)/bin/python -m pip install --quiet "$(2)"
endef

nbgrader: .venv/ready-dev  ## grade the exercises with nbgrader itself: solutions get all points, stubs none
	$(call OVER_THE_LOCK,build/nbgrader-venv,nbgrader>=0.9.6)
	build/nbgrader-venv/bin/python -m pytest tests/test_assignments.py

voila: .venv/ready-dev  ## use a quiz and a lab on a page of Voilà (needs Chromium)
	$(call OVER_THE_LOCK,build/voila,voila>=0.5.13)
	FMNIST_LESSONS_REQUIRE_CHROMIUM=1 $(BIN)/python -m pytest tests/browser/test_browser_quiz.py -k voila

hub: .venv/ready-dev  ## set up a JupyterHub in build/hub as a teacher would, and let two learners in (needs npm)
	@python3=$$(readlink -f $(BIN)/python) && "$$python3" -m venv --clear build/hub
	@PATH="$(CURDIR)/build/hub/bin:$$PATH" binder/hub/install
	@npm install --silent --prefix build/hub configurable-http-proxy
	@$(BIN)/python -m pytest tests/test_hub.py

# PYTHON names another Python 3.12 than the one that uv finds or brings.
hosted: .venv/ready-dev  ## run the chapters for Colab with the versions of such a runtime, in build/hosted (Python 3.12)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv --no-config venv --quiet --clear --seed --python $(or $(PYTHON),3.12) build/hosted
	$(BIN)/uv --no-config pip install --quiet --python build/hosted -r tests/hosted_runtime.txt
	$(BIN)/python -m pytest tests/test_hosted.py

clean:  ## remove what the set-up made
	rm -rf .venv .venv.lock *.egg-info build/claims

# Two set-ups in one folder would destroy each other. A link, which any system makes in one step,
# names the make that sets up; one that has ended holds nobody up.
define ALONE
ln -s $$PPID .venv.lock 2>/dev/null || { other=$$(readlink .venv.lock || true); \
  if [ "$$other" != $$PPID ] && [ ! -e .venv/ready ] && kill -0 "$$other" 2>/dev/null; then \
    echo "Another make (process $$other) is setting up .venv in $(CURDIR). Wait until it is done, and try again." >&2; exit 1; \
  fi; ln -sfn $$PPID .venv.lock; }; rm -f .venv/ready
endef

# The stamp is written last, so an interrupted set-up starts afresh. Packages are checked against the
# lock's hashes.
.venv/ready: requirements-lock.txt pyproject.toml binder/overrides.json
	@$(ALONE)
	@python=""; for name in python3 python3.12 python3.13 python3.11 python; do \
	  if "$$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "No Python from 3.11 to 3.13 with venv found. Install one (on Debian and Ubuntu: apt install python3-venv)," >&2; \
	  echo "or use uv: see 'On Windows, or with another Python' in README.md." >&2; exit 1; \
	fi; \
	echo "== set-up: a virtual environment in .venv, with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv
	@echo "== set-up: the packages in requirements-lock.txt (about 2.3 GB on disk; a few minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lock.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@mkdir -p $(dir $(SETTINGS)) && cp binder/overrides.json $(SETTINGS)
	@pwd -P > $@

# What only a contributor needs: test tools, slides, site.
.venv/ready-dev: .venv/ready requirements-dev-lock.txt
	@echo "== set-up: the packages in requirements-dev-lock.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lock.txt -r requirements-dev-lock.txt
	@touch $@
