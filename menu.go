//go:build desktop || bindings

package main

import (
	goruntime "runtime"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"

	"aimdesk/backend/desk"
)

// entry is a line of a menu: a command of the page, with its key.
type entry struct {
	label   string
	command string
	key     *keys.Accelerator
}

// separator is a line between groups of entries.
var separator = entry{}

// appMenu is the menu bar. Every entry runs the page's command of that name:
// menu, palette, keys and context menus share one registry. Keys that GTK
// does not deliver (Delete, Space, Home) are left to the page.
func appMenu(d *desk.Desk, quit func()) *menu.Menu {
	bar := menu.NewMenu()
	if goruntime.GOOS == "darwin" {
		bar.Append(menu.AppMenu())
	}
	add := func(title string, entries ...entry) *menu.Menu {
		sub := bar.AddSubmenu(title)
		for _, e := range entries {
			if e == separator {
				sub.AddSeparator()
				continue
			}
			sub.AddText(e.label, e.key, func(*menu.CallbackData) { d.Command(e.command) })
		}
		return sub
	}
	file := add("File",
		entry{"Open Folder…", "repository.open", keys.CmdOrCtrl("o")},
		entry{"Open the Sample Repository", "repository.sample", nil},
		entry{"Start Page", "repository.start", nil},
		separator,
		entry{"Export Runs…", "runs.export", keys.CmdOrCtrl("e")},
		separator,
		entry{"Close Repository", "repository.close", keys.CmdOrCtrl("w")},
	)
	file.AddText("Quit", keys.CmdOrCtrl("q"), func(*menu.CallbackData) { quit() })
	if goruntime.GOOS == "darwin" {
		bar.Append(menu.EditMenu()) // without it ⌘C and ⌘V do nothing there
	}
	add("View",
		entry{"Columns…", "runs.columns", nil},
		entry{"Only Differing Columns", "runs.onlyDiffering", nil},
		separator,
		entry{"Refresh", "view.refresh", keys.Key("f5")},
		entry{"Repositories", "rail.toggle", keys.CmdOrCtrl("b")},
		separator,
		entry{"Settings…", "view.settings", keys.CmdOrCtrl(",")},
	)
	add("Go",
		entry{"Back", "nav.back", keys.OptionOrAlt("left")},
		entry{"Forward", "nav.forward", keys.OptionOrAlt("right")},
		separator,
		entry{"Runs", "view.runs", keys.CmdOrCtrl("1")},
		entry{"Metrics", "view.metrics", keys.CmdOrCtrl("2")},
		entry{"Index", "view.index", keys.CmdOrCtrl("3")},
		separator,
		entry{"Command Palette…", "palette.open", keys.CmdOrCtrl("k")},
		entry{"Write a Query", "query.focus", nil},
		entry{"Search", "text.focus", keys.CmdOrCtrl("f")},
	)
	add("Runs",
		entry{"Open", "runs.open", nil},
		entry{"Compare", "runs.compare", nil},
		entry{"Show Charts", "runs.charts", nil},
		separator,
		entry{"Hide or Show in Charts", "runs.hide", nil},
		entry{"Show All", "runs.showAll", nil},
	)
	add("Index",
		entry{"Reindex All", "index.reindex", keys.Combo("r", keys.CmdOrCtrlKey, keys.ShiftKey)},
		separator,
		entry{"Pause for an Hour", "index.pauseHour", nil},
		entry{"Pause", "index.pause", nil},
		entry{"Resume", "index.resume", nil},
	)
	add("Help", entry{"Keyboard Shortcuts", "shortcuts.open", keys.Key("f1")})
	return bar
}
