"""The HTTP interface for officials: sign-in, search, cases, exports, identities, audit."""
