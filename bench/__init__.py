"""Benchmarks of the two apps: ratios within one run, so that no machine's speed decides.

They drive the apps from outside, as browsers and visitors do, against emulators with a known pace.
"""
