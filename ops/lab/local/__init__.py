"""This machine: folder and lock of the lab, processes, ports, the emulator as one of them. Knows no CDK."""
