//go:build bindings

package main

// bindingsBuild marks the build that Wails runs to generate the bindings.
const bindingsBuild = true
