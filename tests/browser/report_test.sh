#!/bin/bash
# The district's sheet of daily reports in Debian's Chromium, driven by one script and one browser.
# $JIUJIN_SHOTS: a folder to which pictures of the pages go.
exec node tests/browser/report.mjs
