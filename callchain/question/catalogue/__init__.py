"""Which outside calls have which effect, as data: one TOML file a family, read by `effect_rules`.

A rule is a table `[[effect]]` with

- `calls`: dotted names; `*` stands for any part of a name; names are compared after the aliases of `aliases.toml`;
- `kind` and `action`: what happens (see `Effect`);
- `mode`: position of the argument whose letters decide between reading and writing, `mode_name` its keyword,
  `mode_default` the letters where it is not given;
- `target`: position of the argument that names the file, key or address (-1: the receiver), `target_name` its
  keyword;
- `file_name`: keyword that names the file where the target is its folder, `suffix` what the library appends;
- `sink`: whether what is written leaves the process (a rule with a mode is a sink only when it writes).
"""
