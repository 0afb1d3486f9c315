#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lint.sh BUILD: the bill of materials against CycloneDX's own schema, the rpm spec by rpmlint
# and rpmbuild, the Ansible role by yamllint and ansible-lint. What a machine lacks is a skip,
# which is counted: rpm, rpmlint, yamllint and ansible-lint are Debian packages; the schema is
# in npm's @cyclonedx/cyclonedx-library.
set -uo pipefail
export LC_ALL=C.UTF-8

here=$(dirname "$(realpath "$0")")
sources=$(dirname "$(dirname "$here")")
build=$(realpath "${1:?usage: lint.sh BUILD}")
work=$build/packages-lint
version=$(sed -n 's/^RELEASE := //p' "$sources/Makefile")
passed=0
failed=0
skipped=0

pass() { passed=$((passed + 1)); echo "pass: $1"; }
fail() { failed=$((failed + 1)); echo "FAIL: $1"; }
skip() { skipped=$((skipped + 1)); echo "skip: $1"; }

# try WHAT COMMAND...: it succeeds and has nothing to say, or all it says is shown.
try() {
	local what=$1 said

	shift
	if said=$("$@" 2>&1); then pass "$what"; else fail "$what: $said"; fi
}

has() {
	command -v "$1" >/dev/null || { skip "$2: no $1 here"; return 1; }
}

fetch_schema() {
	[ -e "$work/package/res/schema/bom-1.4.SNAPSHOT.schema.json" ] && return
	command -v npm >/dev/null &&
		(cd "$work" && npm pack --silent @cyclonedx/cyclonedx-library@10.3.0 >/dev/null 2>&1 &&
			tar -xzf cyclonedx-cyclonedx-library-10.3.0.tgz package/res/schema)
}

make_sbom() {
	SOURCE_DATE_EPOCH=1 "$sources/scripts/sbom.py" "$build/spamweir" "$version"
}

check_sbom() {
	make_sbom >"$work/sbom.json" || { fail "no bill of materials can be made"; return; }
	try "the bill of materials is the same when it is made again" \
		cmp "$work/sbom.json" <(make_sbom)
	try "it names each library that the binary loads" /usr/bin/python3 "$here/sbom_check.py" \
		"$build/spamweir" "$work/sbom.json"
	if ! /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
		skip "CycloneDX: no python3-jsonschema here"
	elif ! fetch_schema; then
		skip "CycloneDX: its schema cannot be fetched from npm"
	else
		try "CycloneDX's schema has nothing to say" /usr/bin/python3 -W ignore \
			"$here/sbom_check.py" --schema "$work/package/res/schema" "$work/sbom.json"
	fi
}

check_rpm() {
	local spec=$sources/scripts/rpm/spamweir.spec

	try "the spec is of this release" grep -qx "Version: *$version" "$spec"
	if has rpmlint "the rpm spec"; then
		try "rpmlint has nothing to say" rpmlint --strict -c "$here/rpmlint.toml" "$spec"
	fi
	if has rpmbuild "the rpm spec"; then
		mkdir -p "$work/rpm/SOURCES"
		git -C "$sources" archive --prefix="spamweir-$version/" -o \
			"$work/rpm/SOURCES/spamweir-$version.tar.gz" HEAD
		try "rpmbuild reads it, and unpacks the sources" rpmbuild -bp --nodeps \
			--define "_topdir $work/rpm" --define "_unitdir /usr/lib/systemd/system" \
			--define "_sysusersdir /usr/lib/sysusers.d" "$spec"
	fi
}

check_ansible() {
	local role=$sources/scripts/ansible

	if has yamllint "the Ansible role"; then
		try "yamllint has nothing to say" yamllint --strict -d \
			'{extends: default, rules: {line-length: {max: 100}, braces: {max-spaces-inside: 1}, comments: {min-spaces-from-content: 1}}}' "$role"
	fi
	if has ansible-lint "the Ansible role"; then
		try "ansible-lint has nothing to say" env -C "$role" HOME="$work" ansible-lint --offline \
			--strict --nocolor -p site.yml roles/spamweir
	fi
}

mkdir -p "$work"
check_sbom
check_rpm
check_ansible
echo "packages, lint: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
