"""What a drill may look at: small questions to a target, each answered by a number or a word."""
