// Command aimdesk opens the repositories of Aim, the experiment tracker: in a
// window, or on the command line. It changes nothing below .aim.
package main

import (
	"os"

	"aimdesk/backend/cli"
)

// openWindow shows the window on some repositories and returns the exit
// status. It is nil in a build without window support.
var openWindow cli.WindowFunc

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, openWindow))
}
