"""No connection leaves this machine while the tests run: not from a test, not from a process that one starts."""
