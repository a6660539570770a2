#!/bin/sh
# signin.sh HOST APP-ID SECRET: what pam_exec (expose_authtok) is commonly given: the password on standard input.
read -r password
curl -sf -H 'Content-Type: application/json' -H "x-authing-app-id: $2" -H "x-genauth-app-id: $2" -d @- \
    "$1/api/v3/signin" <<END | grep -q '"statusCode": *200'
{"client_id": "$2", "client_secret": "$3", "connection": "PASSWORD",
 "passwordPayload": {"account": "$PAM_USER", "password": "$password"}, "options": {"scope": "openid profile"}}
END
