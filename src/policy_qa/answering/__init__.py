"""question -> evidence -> draft -> checks -> answer or abstention.

Nothing here is generated freely: an answer is made of printed figures, verbatim lines and fixed phrases around them.
"""
