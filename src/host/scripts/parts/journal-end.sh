# Reads the end of a unit's journal: the last lines, and how the last run ended. awk counts the entries: with --since,
# `journalctl -n` gives the first ones before systemd 254 (issue 26657 of systemd), and with -r it skips the last ones
# before systemd 245 (issue 1596).
# with logs

# journal_end UNIT ENTRIES ARGUMENT…: prints the last entries of the unit's journal. An entry may have several lines.
journal_end() {
  end_of=$1 most_entries=$2
  shift 2
  journal_of "$end_of" -r "$@" -o short-iso | awk -v most="$most_entries" '
    /^[0-9][0-9][0-9][0-9]-/ { if (entries == most) exit; entries += 1 }
    entries { text[entries] = text[entries] $0 "\n" }
    END { for (; entries; entries -= 1) printf "%s", text[entries] }'
}
# last_run UNIT SINCE [UNTIL]: sets `last_job` to what systemd did last with the unit (start, stop, skip, or unknown),
# and `last_end` to `code status command result` of the last process that ended by itself. Reads the journal, because
# systemd forgets these values at the next start, and all values of an inactive unit. It records no exit status of a
# success. `_PID=1` leaves out entries that the service itself wrote under these ids. The ids, in the order below, are
# SD_MESSAGE_UNIT_STOPPED, _STOPPING, _STARTING, _STARTED, _SKIPPED, _SUCCESS, _PROCESS_EXIT and _FAILURE_RESULT.
last_run() {
  last=$(
    journalctl _PID=1 -u "$1" --since "@$2" ${3:+"--until=@$3"} -r -o export --no-pager \
      --output-fields=MESSAGE_ID,MESSAGE,EXIT_CODE,EXIT_STATUS,COMMAND,UNIT_RESULT \
      MESSAGE_ID=9d1aaa27d60140bd96365438aad20286 MESSAGE_ID=de5b426a63be47a7b6ac3eaac82e2f6f \
      MESSAGE_ID=7d4958e842da4a758f6c1cdc7b36dcc5 MESSAGE_ID=39f53479d3a045ac8e11786248231fbf \
      MESSAGE_ID=0e4284a0caca4bfc81c0bb6786972673 MESSAGE_ID=7ad2d189f7e94e70a38c781354912448 \
      MESSAGE_ID=98e322203f7a4ed290d09fe03c09fe15 MESSAGE_ID=d9b373ed55a64feb8242e02dbe79a49c 2>/dev/null |
      awk -F= '
        # keep: takes from one journal entry what last_run needs. awk reads the newest entry first.
        function keep() {
          # A success right after "Stopping" is no end by itself.
          if (well != "" && end == "" && id !~ /^de5b/) end = well
          well = ""
          if (job == "" && id ~ /^9d1a/) job = "stop"
          if (job == "" && (id ~ /^0e42/ || value["MESSAGE"] ~ /being skipped\.$|was skipped because/)) job = "skip"
          if (job == "" && id ~ /^(7d49|39f5)/) job = "start"
          if (id ~ /^7ad2/) well = "exited 0 ExecStart success"
          if (end == "" && result == "" && id ~ /^d9b3/) result = value["UNIT_RESULT"]
          if (end == "" && id ~ /^98e3/)
            end = value["EXIT_CODE"] " " value["EXIT_STATUS"] " " value["COMMAND"] " " result
          id = ""
          split("", value)
        }
        $1 == "MESSAGE_ID" { id = $2 }
        { value[$1] = $2 }
        $0 == "" { keep(); if (++entries == 16) exit }
        END { keep(); print (job == "" ? "unknown" : job), end }'
  )
  last_job=${last%% *} last_end=${last#* }
}
