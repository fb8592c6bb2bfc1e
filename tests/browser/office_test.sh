#!/bin/bash
# The office's pages (people, ledgers, work, villages, users, audit) in Debian's Chromium, driven by
# one script and one browser, without scripts in the pages. $JIUJIN_SHOTS: a folder for pictures.
exec node tests/browser/office.mjs
