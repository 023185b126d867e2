"""Why somebody is not let in; a branch of the tree in ``policy_qa.errors``.

UsageError
├── NotSignedIn        nobody is known to ask
├── WrongPassword      also where there is no such user: which of the two is nobody's business
├── TooManyGuesses
└── HeaderRefused
PolicyQAError
└── UsersNeeded        nothing is served where nobody is asked who they are
"""

from __future__ import annotations

from policy_qa.errors import PolicyQAError, UsageError


class NotSignedIn(UsageError):
    """Nobody is known to ask: not signed in, not any more, or not a user any more."""

    def __init__(self) -> None:
        super().__init__("サインインしていません。", "サインインしてから、もう一度操作してください。")


class WrongPassword(UsageError):
    """The name and the password are not those of a user."""

    def __init__(self) -> None:
        super().__init__("名前かパスワードが違います。", "確かめて、もう一度入力してください。")


class TooManyGuesses(UsageError):
    """Too many passwords were tried; ``minutes`` is when to try again at the latest."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            "サインインの失敗が続いたため、しばらく受け付けません。", f"{minutes}分ほどおいてから試してください。"
        )
        self.minutes = minutes


class HeaderRefused(UsageError):
    """A header that says who asks, from somebody who may not say that, or in a way that cannot be believed."""

    def __init__(self) -> None:
        super().__init__(
            "利用者を示すヘッダーを受け付けられません。",
            "このサーバーには、設定されたリバースプロキシを通してアクセスしてください。",
        )


class UsersNeeded(PolicyQAError):
    """Other machines could ask, and nobody would be asked who they are."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            reason,
            "policy-qa user add 名前 --label ラベル で利用者を登録するか、設定 trusted_proxies でリバースプロキシを指定してください。",
        )
