"""What texts are measured with: models that give vectors (``embedding``) or scores (``cross_encoder``), their files, the shelf of those added, and the bundled one."""
