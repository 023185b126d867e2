# Everything here runs in .venv, which is made when it is missing and reused while pyproject.toml and constraints.txt stay
# as they are. GNU make and Python 3.11 are all it needs.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# The first of these that is Python 3.11 or later; PYTHON=/path/to/python names another.
PYTHON ?= python3.11 python3
# The address of a package index that holds the build of PyTorch to use; README.md says when.
TORCH_INDEX ?=
# Given to the program that a target runs: make test ARGS="-k dates".
ARGS ?=

# The question goes to the recipe as it was typed: $(value) keeps make from reading a $ in it, the environment keeps the
# shell from reading quotes. Unexported, because make would expand Q itself to hand it on.
unexport Q
ask: export ASKED := $(value Q)

.PHONY: help ask question sync serve test check format eval perturb retrieval bench torture screenshots wheels clean

help:  ## この一覧を表示する
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '例：make ask Q="令和8年度の地域未来交付金の予算額は？"'

ask: question $(READY)/run  ## 質問に出典つきで答える（Q="質問"）
	@$(SYNC)
	@$(BIN)/policy-qa ask $(ARGS) -- "$$ASKED"

# Before anything is installed. Prerequisites are made in order, but with -j: then it is `ask` that refuses.
question:
	@if [ -z "$$(printf %s "$$ASKED" | tr -d '[:space:]' | sed 's/　//g')" ]; then \
	  echo '質問がありません。make ask Q="令和8年度の予算額は？" のように指定してください。' >&2; exit 2; fi

# Unchanged files are not read again: this costs the start of one process. Whether it can be left out only the program
# can tell (settings say where the folders are, versions decide whether the index still fits). 3: some files failed, and
# were named on standard error; the rest answers.
SYNC = $(BIN)/policy-qa sync >/dev/null || [ $$? -eq 3 ]

sync: $(READY)/run  ## 索引を文書フォルダーに合わせる（ARGS=--rebuild で作り直す）
	@$(BIN)/policy-qa sync $(ARGS)

serve: $(READY)/run  ## チャット画面とREST APIを動かす（http://127.0.0.1:7860/）
	@$(SYNC)
	@$(BIN)/policy-qa serve $(ARGS)

test: $(READY)/test  ## テストを動かす（ARGS="-k dates" などで絞り込む）
	@$(BIN)/python -m pytest -n logical --dist loadfile $(ARGS)

# All four speak, also after one of them has failed.
check: $(READY)/check  ## 書き方・型・読み込みの向きを調べる
	@failed=0; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check --output-format concise . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports || failed=1; \
	exit $$failed

format: $(READY)/check  ## 書き方を整える
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

eval: $(READY)/test  ## すべての質問集で正答率などを測り、表にする（eval/results/）
	@$(BIN)/python -m eval.summary $(ARGS)

# Which questions go with which corpus stands in eval/sets.toml.
perturb: $(READY)/test  ## 言い換えた質問と書き換えた文書で、答えが変わらないこと・変わることを確かめる
	@$(BIN)/python -m eval.perturb --sets eval/sets.toml $(ARGS)

retrieval: $(READY)/test  ## 検索の精度を、ほかの検索と並べて測る（eval/results/retrieval.md）
	@$(BIN)/python -m eval.retrieval $(ARGS)

bench: $(READY)/test  ## 形態素解析と事実の読み取りの速さを測る
	@$(BIN)/python -m eval.benchmarks.tokenisation $(ARGS)
	@$(BIN)/python -m eval.benchmarks.facts

torture: $(READY)/test  ## README の「約束」を、失うものがないか数千回ずつ試す（約40分）
	@$(BIN)/python -m tests.torture $(ARGS)

screenshots: $(READY)/test  ## 各画面の画像を作る（明・暗・スマートフォン。build/screenshots/）
	@$(BIN)/python -m tests.ui.screenshots $(ARGS)

# For a machine without a network: every library as a wheel, those that build this project too, with their digests. Made anew each
# time, because what a former version needed is not to be carried over; a wheel of PyTorch that was put there stays.
wheels: $(READY)/venv  ## ネットワークのない端末へ持ち込むライブラリを wheels/ に集める
	@mkdir -p wheels && find wheels -type f ! -name 'torch-*.whl' -delete
	@$(if $(TORCH_INDEX),$(call PIP,PyTorch,download --no-deps -d wheels --index-url $(TORCH_INDEX) torch,集め))
	@$(call PIP,必要なライブラリ,wheel -w wheels --find-links wheels . hatchling editables,集め)
	@rm -f wheels/policy_qa-*.whl
	@cd wheels && sha256sum *.whl > SHA256SUMS
	@echo "wheels/ に $$(ls wheels/*.whl | wc -l) 個を集めました（$$(du -sh wheels | cut -f1)）。このフォルダーごと持ち込んでください。"

clean:  ## .venv と作業用の一時ファイルを消す（文書・索引・記録は残す）
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find src ui eval tests -name __pycache__ -type d -prune -exec rm -rf {} +

# -- the virtual environment -----------------------------------------------------------------------------------------

# A .venv that works is never replaced: what somebody installed there stays.
$(READY)/venv:
	@found=; if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  for python in $(PYTHON); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && found=$$python && break; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo 'Python 3.11 以上が見つかりません。インストールするか、make PYTHON=/path/to/python3.11 … で場所を指定してください。' >&2; \
	    exit 1; \
	  fi; \
	  echo "仮想環境 $(VENV) を作っています（$$("$$found" -V)）" >&2; \
	  if ! "$$found" -m venv $(VENV); then \
	    echo '仮想環境を作れませんでした。上の表示を確かめてください（Debian・Ubuntu では python3-venv が必要なことがあります）。' >&2; \
	    exit 1; \
	  fi; \
	fi
	@mkdir -p $(READY) && touch $@

$(READY)/run: $(READY)/venv pyproject.toml constraints.txt
	@$(if $(TORCH_INDEX),$(call INSTALL,PyTorch,--no-deps --index-url $(TORCH_INDEX) torch))
	@$(call INSTALL,必要なライブラリ,-e .)
	@touch $@

$(READY)/test: $(READY)/run
	@$(call INSTALL,テスト用のライブラリ,-e '.[test]')
	@touch $@

# The types of the tests' libraries are checked with the rest.
$(READY)/check: $(READY)/test
	@$(call INSTALL,検査用のライブラリ,-e '.[test$(comma)check]')
	@touch $@

comma := ,

INSTALL = $(call PIP,$(1),install $(2))

# $(1): what, in words; $(2): what, for pip. A dot a package, a line for what takes long and for what went wrong, the rest
# in the log. pip leaves a mark when it is done: a pipe gives the exit code of its last part.
define PIP
echo '$(1)を$(or $(3),入れ)ています（初回は数分かかります）' >&2; \
rm -f $(VENV)/installed; \
{ PYTHONUNBUFFERED=1 $(BIN)/python -m pip $(2) --disable-pip-version-check --no-input --progress-bar off \
    -c constraints.txt 2>&1 && touch $(VENV)/installed; } | tee $(VENV)/install.log | while IFS= read -r line; do \
  case $$line in \
    Collecting*) printf . >&2 ;; \
    *Downloading*'('[0-9][0-9]*MB*|*Downloading*GB*) printf '\n  %s\n' "$${line#"$${line%%[! ]*}"}" >&2 ;; \
    'Installing collected'*) printf '\n  展開しています\n' >&2 ;; \
    'WARNING: Retrying'*) printf '\n  接続をやり直しています' >&2 ;; \
    ERROR*|error:*) printf '\n  %s' "$$line" >&2 ;; \
  esac; \
done; \
if ! rm $(VENV)/installed 2>/dev/null; then \
  printf '\n%s\n' '$(1)を$(or $(3),入れ)られませんでした。ネットワークとプロキシの設定、ディスクの空きを確かめて、もう一度実行してください（詳しい記録：$(VENV)/install.log）。' >&2; \
  exit 1; \
fi
endef
