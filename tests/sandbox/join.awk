# Several TAP streams as one; between them "end of NAME".
/^(not )?ok / { sub(/ok [0-9]+/, "ok " ++n); print; next }
/^1\.\./ { planned = 1; next }
/^Bail out!/ { print "not ok " ++n " - " $0; next }
/^end of / {
	if (!planned)
		print "not ok " ++n " - " $3 " did not reach its end"
	planned = 0
	next
}
{ print "# " $0 }
END { print "1.." n }
