"""Operations: the lab command and the checks. The emulator beside them is a package of its own."""
