#!/bin/bash
# The program knows nothing of an epidemic by itself: what one is, a pack of policies says.
. tests/house/house.sh
export LC_ALL=C.UTF-8
rooms=$(ls -d kiosk screens sync 2>/dev/null)

# What an epidemic brings with it: facts, their numbers, the notice's own words.
words='health[_ ]?code|venue[_ ]?code|test_(at|result|hours|age)|test result|nucleic|temperature'
words+='|fever|"mask"|face mask|epidemic|pandemic|covid|quarantin|infect'
words+='|sentinel|thermomet|symptom|37\.3|\b48 ?h|\b24 ?h\b|"green"|"yellow code"|"red code"'
words+='|健康码|随申码|场所码|核酸|体温|发热|口罩|疫|哨兵|红码|黄码|绿码|消毒|消杀|阳性|阴性'

# Words that are generic, with the reason.
#   a village hangs up its own number on ordinary days too: what it is for, the pack says
generic='the site.s venue code as a page to hang up|define SETTING "venue_code"'

# Comments and the lines that #include aside.
no_word_of_an_epidemic_is_in_the_code() {
    find $rooms -name '*.[ch]' | sort | xargs env WORDS="$words" GENERIC="$generic" perl -CSDA -0777 -e '
        use utf8; use Encode; my $bad = 0;
        my ($words, $generic) = map { decode("UTF-8", $ENV{$_}) } qw(WORDS GENERIC);
        for my $file (@ARGV) {
            open(my $in, "<:utf8", $file) or die "$file: $!";
            my $text = <$in>;
            $text =~ s{("(?:\\.|[^"\\\n])*")|/\*.*?\*/|//[^\n]*}{defined $1 ? $1 : join "", "$&" =~ /\n/g}gse;
            $text =~ s/^#include.*$//mg;
            next if $text !~ /$words/i;
            my $n = 0;
            for (split /\n/, $text) {
                $n++;
                if (/$words/i && !/$generic/) { print "$file:$n: $_\n"; $bad = 1 }
            }
        }
        exit $bad'
}

# The Chinese of the program's own sentences.
no_word_of_an_epidemic_is_in_the_programs_sentences() {
    ! grep -rnE '健康码|随申码|核酸|体温|发热|口罩|疫|哨兵|红码|黄码|绿码|消毒|消杀|阳性|阴性' assets/locale/parts
}

# It is no proof unless it finds what is there: a pack is full of such words.
the_same_words_are_found_in_the_pack_of_2022() {
    local n
    n=$(grep -ciE "$words" assets/policies/epidemic-2022.json)
    [ "$n" -gt 50 ] || { echo "only $n lines"; return 1; }
}

try no_word_of_an_epidemic_is_in_the_code
try no_word_of_an_epidemic_is_in_the_programs_sentences
try the_same_words_are_found_in_the_pack_of_2022
finish
