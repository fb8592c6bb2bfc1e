# What every shell test includes: cmocka's lines, so that tests/run counts both alike.
# A test is a function whose name is the sentence that it proves; it prints what is wrong and fails.
set -uo pipefail
failures=0

try() { # FUNCTION
    echo "[ RUN      ] $1"
    if "$1"; then echo "[       OK ] $1"; else
        echo "[  FAILED  ] $1"
        failures=$((failures + 1))
    fi
}

finish() { exit "$((failures > 0))"; }
