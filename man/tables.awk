# SPDX-License-Identifier: BSD-2-Clause
# tables.awk -v common=DIR -v genauth=DIR FILE.in: puts the tables that come from the *.def files into a manual, each in
# the place of a line such as
#
#     @apicodes@

# Splits the arguments of a row; strings are joined and lose their quotes, a list in parentheses stays as it is.
function arguments(text, into,    i, c, n, depth, quoted, piece) {
    n = depth = quoted = 0
    piece = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\"" && depth == 0)
            quoted = !quoted
        else if (quoted)
            piece = piece c
        else if (c == "," && depth == 0) {
            into[++n] = piece
            piece = ""
        } else if (c == "(" || c == ")") {
            depth += c == "(" ? 1 : -1
            piece = piece c
        } else if (depth > 0 || (c != " " && c != "\t"))
            piece = piece c
    }
    into[++n] = piece
    return n
}

# Whether there is a ")" for each "(", and the one that ends the row.
function is_whole(text,    open, close_) {
    gsub(/"[^"]*"/, "", text)
    open = gsub(/\(/, "", text)
    close_ = gsub(/\)/, "", text)
    return close_ == open + 1
}

# Calls row() for each row of that macro in the file.
function rows(file, macro, kind,    line, text, into) {
    text = ""
    while ((getline line <file) > 0) {
        if (text == "" && index(line, macro "(") != 1)
            continue
        text = text (text == "" ? substr(line, length(macro) + 2) : " " line)
        if (is_whole(text)) {
            delete into
            arguments(substr(text, 1, length(text) - 1), into)
            row(kind, into)
            text = ""
        }
    }
    close(file)
}

function range(first, last) {
    return first == last ? first : first "-" last
}

function meaning(text, advice) {
    return advice == "NULL" ? text : text "; " advice
}

function words(text,    list) {
    list = ""
    while (match(text, /"[^"]*"/)) {
        list = list (list == "" ? "" : ", ") substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
    }
    return list
}

function values(kind, least, most, list) {
    if (kind == "SWITCH")
        return "yes, no"
    if (kind == "WORD")
        return "one of " words(list)
    if (kind == "WORDS")
        return "a list of " words(list)
    if (kind == "NUMBER" || kind == "SECONDS")
        return least " to " most (kind == "SECONDS" ? " seconds" : "")
    return kind == "PATH" ? "a path" : "text, at most " most " bytes"
}

# Sentences begin in a line of their own.
function sentences(text) {
    gsub(/\. /, ".\n", text)
    return toupper(substr(text, 1, 1)) substr(text, 2)
}

# INTERNAL, which is 0 and therefore first in the table, comes last.
function verdict(name, code, message, what, advice,    text) {
    text = ".It Li " name "\n" sentences(what) (advice == "NULL" ? "" : "; " advice) ".\n.Dv " code " ."
    if (message != "NULL")
        text = text "\nThe user sees:\n.Do\n" sentences(message) "\n.Dc"
    else if (name != "OK")
        text = text "\nThe user sees nothing more."
    if (name == "INTERNAL")
        last = text
    else
        print text
}

function row(kind, into) {
    if (kind == "api")
        sorted[into[1] + 0] = ".It " into[1] " Ta " into[2] " Ta " meaning(into[3], into[4])
    else if (kind == "verdict")
        verdict(into[1], into[2], into[5], into[6], into[7])
    else if (kind == "status")
        print ".It " range(into[1], into[2]) " Ta " into[3] " Ta " meaning(into[4], into[5])
    else
        printf ".It Cm %s :\n%s%s.\n", into[2], values(into[1], into[4], into[5], into[6]), into[3] == "NULL" ? "" : "; the default is \\(lq" into[3] "\\(rq"
}

# In the order of their numbers.
function print_sorted(    code, codes, n, i, k, swap) {
    n = 0
    for (code in sorted)
        codes[++n] = code + 0
    for (i = 2; i <= n; i++)
        for (k = i; k > 1 && codes[k] < codes[k - 1]; k--) {
            swap = codes[k]
            codes[k] = codes[k - 1]
            codes[k - 1] = swap
        }
    for (i = 1; i <= n; i++)
        print sorted[codes[i]]
}

$0 == "@apicodes@" { rows(genauth "/apicodes.def", "APICODE", "api"); print_sorted(); next }
$0 == "@statuscodes@" { rows(genauth "/apicodes.def", "STATUSCODE", "status"); next }
$0 == "@verdicts@" { rows(common "/verdicts.def", "VERDICT", "verdict"); print last; next }
$0 == "@options@" { rows(common "/options.def", "OPTION", "option"); next }
{ print }
