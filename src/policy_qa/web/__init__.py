"""The web server: who may come, what each address does, and what every response carries.

A request passes ``request_limits``, ``gate`` (whose it is, and by ``rules`` whether the address is for them) and then one of the rooms: ``rest``, ``research``,
``uploads``, ``downloads``, ``sign_in``, or the screens of ``ui``. ``server`` puts them together.
"""
