package aim

import "sync"

type beatCache struct{ mu sync.Mutex }
