package instance

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// checkPeer refuses a process of another user at the other end.
func checkPeer(conn net.Conn) error {
	u, ok := conn.(*net.UnixConn)
	if !ok {
		return fmt.Errorf("check peer: %T is no socket", conn)
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return fmt.Errorf("check peer: %w", err)
	}
	var cred *unix.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err == nil {
		err = credErr
	}
	if err != nil {
		return fmt.Errorf("check peer: %w", err)
	}
	return allowed(int(cred.Uid), os.Geteuid())
}

// allowed lets in the user's own processes and root's, who needs no permission.
func allowed(peer, own int) error {
	if peer != own && peer != 0 {
		return fmt.Errorf("check peer: process of user %d", peer)
	}
	return nil
}
