"""Evidence packets: citations with all evidence, for people who have neither Dosije nor the archive.

A packet is a BagIt 1.0 folder (RFC 8493), or a zip of one. ``docs/packet.md`` describes its contents.
"""
