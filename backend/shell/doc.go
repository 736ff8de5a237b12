// Package shell holds what joins Aimdesk to a desktop, each behind a small
// interface: tray, notify, instance (one program per user) and autostart. None
// of them knows the window or the indexer: main joins them by functions.
//
// Tests bring their own session bus. Those with the build tag dbus use the one
// they are started in:
//
//	dbus-run-session -- go test -tags dbus ./backend/shell/...
package shell
