#!/bin/sh
# Calls the service with curl and envelopes written by hand, and prints what it saw as JSON.
# Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2).
address=${1%%\?*} user=$2 password=$3 task=$4 version=$5
prefix=ProcessInstanceTaskExternal

# call <operation> <parameters> [<password>]: prints the answer.
call() {
  if [ "$version" = 1.2 ]; then
    envelope=http://www.w3.org/2003/05/soap-envelope
    set -- "$1" "$2" "${3:-$password}" -H "Content-Type: application/soap+xml; charset=utf-8; action=\"http://tempuri.org/$prefix$1\""
  else
    envelope=http://schemas.xmlsoap.org/soap/envelope/
    set -- "$1" "$2" "${3:-$password}" -H "Content-Type: text/xml; charset=utf-8" -H "SOAPAction: \"http://tempuri.org/$prefix$1\""
  fi
  operation=$1 parameters=$2 secret=$3
  shift 3
  printf '<?xml version="1.0" encoding="utf-8"?>\n<s:Envelope xmlns:s="%s"><s:Body><%s xmlns="http://tempuri.org/">%s</%s></s:Body></s:Envelope>\n' \
    "$envelope" "$prefix$operation" "$parameters" "$prefix$operation" |
    curl --silent --noproxy '*' --user "$user:$secret" --data-binary @- --write-out '\n%{http_code}' "$@" "$address"
}

# inside <element>: the text of an element of the answer on the standard input.
inside() { sed -n "s/.*<$1[^>]*>\([^<]*\)<\/$1>.*/\1/p" | sed 's/&gt;/>/g'; }

named="<taskId>$task</taskId><externalReference>INC-Ä1</externalReference>"
acknowledgement="$named<message>On our way &lt;soon&gt; &amp; safe</message>"
acknowledged=$(call Acknowledgement "$acknowledgement" | inside "${prefix}AcknowledgementResult")
repeated=$(call Acknowledgement "$acknowledgement" | inside "${prefix}AcknowledgementResult")
updated=$(call UpdateMessage "$named<message>Line 1
Line 2 😀</message>" | inside "${prefix}UpdateMessageResult")
reassigned=$(call Reassignment "$named<solution>Fuse replaced</solution><resolvedAt>2026-07-01T12:00:00+02:00</resolvedAt><closed>false</closed>" |
  inside "${prefix}ReassignmentResult")
refused=$(call UpdateMessage "<taskId>NO-SUCH-TASK</taskId><message>x</message>")
case $version in
  1.2) code=$(echo "$refused" | inside soap:Value) text=$(echo "$refused" | inside soap:Text) ;;
  *) code=$(echo "$refused" | inside faultcode) text=$(echo "$refused" | inside faultstring) ;;
esac
denied=$(call Acknowledgement "$acknowledgement" "not $password" | tail -1)
printf '{"acknowledgement":"%s","repeated":"%s","update":"%s","reassignment":"%s","fault":{"code":"%s","text":"%s"},"denied":"%s"}\n' \
  "$acknowledged" "$repeated" "$updated" "$reassigned" "$code" "$text" "$denied"
