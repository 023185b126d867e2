"""What every page shares: the head with navigation and settings, the look, and the pieces that pages are made of."""
