"""``python -m policy_qa``: the command line."""

from policy_qa.cli import main

if __name__ == "__main__":
    main()
