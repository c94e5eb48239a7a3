"""What the functions of a staggered pipeline (`infra.constructs.rounds.processor`) share."""
