# What ./check and ./quickstart have in common.  Sourced by bash.

# Colour on a terminal only.
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
    bold=$(printf '\033[1m') red=$(printf '\033[31m') green=$(printf '\033[32m') plain=$(printf '\033[0m')
else
    bold='' red='' green='' plain=''
fi

say() { printf '%s\n' "${bold}==> $*${plain}"; }

die()
{
    printf '%s\n' "${red}${0##*/}: $*${plain}" >&2
    exit 1
}

# Installs those of the Debian packages that are missing, after saying which.  One with a "?" at its end is left out
# where the release does not have it.
install_packages()
{
    local missing=() optional=() package log
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "${package%\?}" 2>/dev/null | grep -q 'ok installed' && continue
        case $package in
        *\?) optional+=("${package%\?}") ;;
        *) missing+=("$package") ;;
        esac
    done
    # Else not before apt-get update: there may be no lists yet.
    [ ${#missing[@]} -gt 0 ] || add_optional_packages
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "needs the equivalents of these Debian packages, please install them: ${missing[*]}"
    [ "$(id -u)" -eq 0 ] || die "must install packages: run it as root or with sudo, or install: ${missing[*]}"
    say "installing ${missing[*]}"
    log=$(mktemp)
    # A package's own service, such as ssh, is not to be started by a test.
    if ! { apt-get update && add_optional_packages && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt-get failed, see above"
    fi
    rm -f "$log"
}

# Moves those that apt knows from optional to missing.
add_optional_packages()
{
    for package in "${optional[@]}"; do
        ! apt-cache show "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    optional=()
}

build_packages="autoconf automake libtool make gcc libc6-dev pkgconf libpam0g-dev libcurl4-openssl-dev libjson-c-dev
    libssl-dev libseccomp-dev"
standin_packages="python3 python3-aiohttp python3-jwt python3-cryptography openssl"

# A copy of the source, so that the checkout stays as it is, without what has been built in there: it could not be
# configured again, or would be taken for the new.  Works where there is no git.  copy_source TO
copy_source()
{
    mkdir -p "$1"
    sed '/^#/d; s|^/|./|; s|/$||' "$top/.gitignore" |
        tar -C "$top" --exclude=./.git --exclude-from=- -cf - . | tar -C "$1" -xf - --no-same-owner
}
