"""What the functions of a staggered pipeline (`infra.constructs.staggered.processor`) share."""
