# Reads nginx's whole configuration, as `nginx -T` prints it.
# with nginx

# read_nginx: reads $reading, the output of `nginx -T`, and sets:
#   nginx_main  the main file
#   nginx_file  the name by which nginx has read the upstream file; nothing if it has not
#   nginx_within  the block that includes the file: http, stream, or one that takes no upstream
#   nginx_declares  where the upstream is declared: `here`, `elsewhere FILE`, or nothing
#   nginx_beside  what the upstream file has beside the upstream, such as `server`; nothing if it has nothing else
#   nginx_passes  whether a site passes to the upstream: `yes`, `no`, or `unknown` if a variable decides
read_nginx() {
  nginx_file=$(printf '%s\n' "$reading" | nginx_reads)
  told=$(printf '%s\n' "$reading" | UPSTREAM=$p_upstream FILE=$nginx_file awk "$nginx_words"'
    function pattern_of(glob,    i, c, out) {
      for (i = 1; i <= length(glob); i++) {
        c = substr(glob, i, 1)
        if (c == "*") out = out "[^/]*"
        else if (c == "?") out = out "[^/]"
        else if (c ~ /[][A-Za-z0-9_\/-]/) out = out c
        else out = out "\\" c
      }
      return "^" out "$"
    }
    # opens NAME: a file begins. It is part of the block that includes it, and nginx lists it after the including file.
    function opens(name,    i) {
      quote = word = ""; open = raw = parts = depth = 0
      file = name; base = ""
      if (main == "") { main = folder = name; sub(/[^\/]*$/, "", folder) }
      for (i = 1; i <= includes; i++) if (name ~ include[i]) { base = within[i]; break }
      if (name == ENVIRON["FILE"]) here = base == "" ? "main" : base
    }
    function block(    i, all) {
      all = base
      for (i = 1; i <= depth; i++) all = all (all == "" ? "" : " ") stack[i]
      return all
    }
    function value(of, text) { if (values[of] < 50) { values[of]++; known[of, values[of]] = text } }
    function statement(by,    name, around, i) {
      name = part[1]
      if (by == "}") { if (depth > 0) depth--; return }
      around = depth > 0 ? stack[depth] : base
      if (depth == 0 && file == ENVIRON["FILE"] && !(name == "upstream" && tolower(part[2]) == upstream))
        beside = name (name == "upstream" ? " " part[2] : "")
      if (around ~ /(^| )[$][^ ]*$/) {
        # In a map and similar blocks, the last word is the value of the variable.
        sub(/^.* /, "", around)
        if (parts > 1 && name != "include") value(around, part[parts])
      } else if (name == "set") value(part[2], part[3])
      else if (name ~ /^(set_.*|js_set|js_var|perl_set|auth_request_set)$/) value(part[2], "\001")
      else if (name ~ /_pass$/) { passes++; pass[passes] = part[2] }
      else if (name == "upstream" && by == "{" && tolower(part[2]) == upstream) {
        if (file == ENVIRON["FILE"]) declares = "here"
        else if (!(around in elsewhere)) elsewhere[around] = file
      }
      if (name == "include") {
        includes++
        include[includes] = pattern_of(part[2] ~ /^\// ? part[2] : folder part[2])
        within[includes] = block()
      }
      if (by == "{") {
        depth++
        stack[depth] = (name == "map" || name == "split_clients" || name == "geo") ? name " " part[parts] : name
      }
    }
    # leads TEXT: 2 if a request that is passed to TEXT goes to the upstream, 1 if it may go there, 0 if it does not.
    function leads(text, deep,    at, name, rest, i, best, now) {
      if (deep > 5 || ++tries > 2000) return 1
      if (!match(text, /[$]([{][A-Za-z0-9_]+[}]|[A-Za-z0-9_]+)/)) {
        sub(/^[a-z]+:\/\//, "", text); sub(/[\/?].*$/, "", text); sub(/:[0-9]+$/, "", text)
        text = tolower(text)
        if (index(text, "\001") == 0) return text == upstream ? 2 : 0
        gsub(/\001/, "*", text)
        return upstream ~ pattern_of(text) ? 1 : 0
      }
      at = RSTART; name = substr(text, RSTART, RLENGTH); rest = substr(text, RSTART + RLENGTH)
      gsub(/[{}]/, "", name)
      if (!values[name]) return leads(substr(text, 1, at - 1) "\001" rest, deep + 1)
      for (i = 1; i <= values[name]; i++) {
        now = leads(substr(text, 1, at - 1) known[name, i] rest, deep + 1)
        if (now > best) best = now
      }
      return best + 0
    }
    BEGIN { upstream = tolower(ENVIRON["UPSTREAM"]) }
    /^# configuration file .*:$/ { opens(substr($0, 22, length($0) - 22)); listed = 1; next }
    listed { read_line($0) }
    END {
      for (i = 1; i <= passes; i++) { now = leads(pass[i], 0); if (now > best) best = now }
      print here
      if (declares == "" && here == "") for (i in elsewhere) declares = "elsewhere " elsewhere[i]
      else if (declares == "" && here in elsewhere) declares = "elsewhere " elsewhere[here]
      print declares
      print main
      # A file with one upstream of another name comes from an earlier argo.yml.
      if (declares != "here" && beside ~ /^upstream /) beside = ""
      print beside
      print best == 2 ? "yes" : best == 1 ? "unknown" : "no"
    }')
  {
    read -r nginx_within
    read -r nginx_declares
    read -r nginx_main
    read -r nginx_beside
    read -r nginx_passes
  } <<END
$told
END
}
