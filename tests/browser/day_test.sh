#!/bin/bash
# An officer's morning at the hub's pages in Debian's Chromium, driven by one script and one browser.
# $JIUJIN_SHOTS: a folder to which pictures of the pages go.
exec node tests/browser/day.mjs
