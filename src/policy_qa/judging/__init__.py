"""Whether recorded answers are right, and how many: the one place that decides it, for the page 評価 and for ``eval``.

Invariant: pure. A verdict follows from a question and a recorded answer, a figure from verdicts; nothing here reads a clock or a live system.
"""

from policy_qa.judging.figures import compared, interval, paired_bootstrap, share, tally
from policy_qa.judging.questions import KINDS, Problem, as_lines, load_questions, question_of, questions_in
from policy_qa.judging.verdicts import is_evidence, judge, supports
from policy_qa.types import Difference, Question, Share, Tally, Verdict

__all__ = [
    "KINDS",
    "Difference",
    "Problem",
    "Question",
    "Share",
    "Tally",
    "Verdict",
    "as_lines",
    "compared",
    "interval",
    "is_evidence",
    "judge",
    "load_questions",
    "paired_bootstrap",
    "question_of",
    "questions_in",
    "share",
    "supports",
    "tally",
]
