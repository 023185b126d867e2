"""Who asks: the users and their passwords, what they may, and how a request says whose it is.

Invariant: default deny. Whoever is not known gets no answer, and whoever is known gets what the users file or the trusted proxy says of them at
that moment, never what it said before.
"""
