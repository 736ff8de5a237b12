export namespace desk {
	
	export class Error {
	    kind: string;
	    message: string;
	    hint: string;
	    file?: string;
	    offset?: number;
	    start?: number;
	    end?: number;
	    candidates?: string[];
	
	    static createFrom(source: any = {}) {
	        return new Error(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.message = source["message"];
	        this.hint = source["hint"];
	        this.file = source["file"];
	        this.offset = source["offset"];
	        this.start = source["start"];
	        this.end = source["end"];
	        this.candidates = source["candidates"];
	    }
	}
	export class RunProblem {
	    hash: string;
	    file: string;
	    offset: number;
	    message: string;
	
	    static createFrom(source: any = {}) {
	        return new RunProblem(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.hash = source["hash"];
	        this.file = source["file"];
	        this.offset = source["offset"];
	        this.message = source["message"];
	    }
	}
	export class ReindexReport {
	    new: number;
	    changed: number;
	    gone: number;
	    unreadable: RunProblem[];
	    stalled: number;
	    runs: number;
	    points: number;
	    bytes: number;
	    seconds: number;
	    finishedAt: number;
	
	    static createFrom(source: any = {}) {
	        return new ReindexReport(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.new = source["new"];
	        this.changed = source["changed"];
	        this.gone = source["gone"];
	        this.unreadable = this.convertValues(source["unreadable"], RunProblem);
	        this.stalled = source["stalled"];
	        this.runs = source["runs"];
	        this.points = source["points"];
	        this.bytes = source["bytes"];
	        this.seconds = source["seconds"];
	        this.finishedAt = source["finishedAt"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RunCounts {
	    total: number;
	    indexed: number;
	    stale: number;
	    finished: number;
	    live: number;
	    stalled: number;
	    unreadable: number;
	    archived: number;
	
	    static createFrom(source: any = {}) {
	        return new RunCounts(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.total = source["total"];
	        this.indexed = source["indexed"];
	        this.stale = source["stale"];
	        this.finished = source["finished"];
	        this.live = source["live"];
	        this.stalled = source["stalled"];
	        this.unreadable = source["unreadable"];
	        this.archived = source["archived"];
	    }
	}
	export class IndexStatus {
	    repository: string;
	    phase: string;
	    counts: RunCounts;
	    done: number;
	    total: number;
	    current: string;
	    runsPerSecond: number;
	    bytesPerSecond: number;
	    eta: number;
	    throttle: string;
	    pausedUntil: number;
	    indexPath: string;
	    indexBytes: number;
	    note: string;
	    lastReport?: ReindexReport;
	    problems: RunProblem[];
	
	    static createFrom(source: any = {}) {
	        return new IndexStatus(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repository = source["repository"];
	        this.phase = source["phase"];
	        this.counts = this.convertValues(source["counts"], RunCounts);
	        this.done = source["done"];
	        this.total = source["total"];
	        this.current = source["current"];
	        this.runsPerSecond = source["runsPerSecond"];
	        this.bytesPerSecond = source["bytesPerSecond"];
	        this.eta = source["eta"];
	        this.throttle = source["throttle"];
	        this.pausedUntil = source["pausedUntil"];
	        this.indexPath = source["indexPath"];
	        this.indexBytes = source["indexBytes"];
	        this.note = source["note"];
	        this.lastReport = this.convertValues(source["lastReport"], ReindexReport);
	        this.problems = this.convertValues(source["problems"], RunProblem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Repository {
	    id: string;
	    path: string;
	    name: string;
	    index: IndexStatus;
	
	    static createFrom(source: any = {}) {
	        return new Repository(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.path = source["path"];
	        this.name = source["name"];
	        this.index = this.convertValues(source["index"], IndexStatus);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Recent {
	    path: string;
	    name: string;
	    openedAt: number;
	    exists: boolean;
	    runs: number;
	
	    static createFrom(source: any = {}) {
	        return new Recent(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.path = source["path"];
	        this.name = source["name"];
	        this.openedAt = source["openedAt"];
	        this.exists = source["exists"];
	        this.runs = source["runs"];
	    }
	}
	export class Settings {
	    theme: string;
	    density: string;
	    indexerShare: number;
	    indexerBytesPerSecond: number;
	    closeToTray: boolean;
	    notifyCrashed: boolean;
	    notifyReindexed: boolean;
	    notifyUnreadable: boolean;
	    reopenLast: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Settings(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.theme = source["theme"];
	        this.density = source["density"];
	        this.indexerShare = source["indexerShare"];
	        this.indexerBytesPerSecond = source["indexerBytesPerSecond"];
	        this.closeToTray = source["closeToTray"];
	        this.notifyCrashed = source["notifyCrashed"];
	        this.notifyReindexed = source["notifyReindexed"];
	        this.notifyUnreadable = source["notifyUnreadable"];
	        this.reopenLast = source["reopenLast"];
	    }
	}
	export class Bootstrap {
	    version: string;
	    platform: string;
	    settings: Settings;
	    recents: Recent[];
	    open: Repository[];
	    notices: Error[];
	    viewState?: string;
	
	    static createFrom(source: any = {}) {
	        return new Bootstrap(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.version = source["version"];
	        this.platform = source["platform"];
	        this.settings = this.convertValues(source["settings"], Settings);
	        this.recents = this.convertValues(source["recents"], Recent);
	        this.open = this.convertValues(source["open"], Repository);
	        this.notices = this.convertValues(source["notices"], Error);
	        this.viewState = source["viewState"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class ColumnInfo {
	    key: string;
	    group: string;
	    path: string[];
	    context: string;
	    summary: string;
	    type: string;
	    present: number;
	    distinct: number;
	
	    static createFrom(source: any = {}) {
	        return new ColumnInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.group = source["group"];
	        this.path = source["path"];
	        this.context = source["context"];
	        this.summary = source["summary"];
	        this.type = source["type"];
	        this.present = source["present"];
	        this.distinct = source["distinct"];
	    }
	}
	
	export class Event {
	    seq: number;
	    type: string;
	    repository: string;
	    runs: string[];
	    revision: number;
	    status?: IndexStatus;
	    notice?: Error;
	    command?: string;
	
	    static createFrom(source: any = {}) {
	        return new Event(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.seq = source["seq"];
	        this.type = source["type"];
	        this.repository = source["repository"];
	        this.runs = source["runs"];
	        this.revision = source["revision"];
	        this.status = this.convertValues(source["status"], IndexStatus);
	        this.notice = this.convertValues(source["notice"], Error);
	        this.command = source["command"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class LogLine {
	    step: number;
	    text: string;
	    time?: number;
	    level?: number;
	
	    static createFrom(source: any = {}) {
	        return new LogLine(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.step = source["step"];
	        this.text = source["text"];
	        this.time = source["time"];
	        this.level = source["level"];
	    }
	}
	export class LogPage {
	    total: number;
	    lines: LogLine[];
	
	    static createFrom(source: any = {}) {
	        return new LogPage(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.total = source["total"];
	        this.lines = this.convertValues(source["lines"], LogLine);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class MetricInfo {
	    repository: string;
	    run: string;
	    name: string;
	    contextId: string;
	    context: string;
	    count: number;
	    last?: number;
	    lastStep?: number;
	    min?: number;
	    minStep?: number;
	    max?: number;
	    maxStep?: number;
	    mean?: number;
	    first?: number;
	    system: boolean;
	    pending: boolean;
	
	    static createFrom(source: any = {}) {
	        return new MetricInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repository = source["repository"];
	        this.run = source["run"];
	        this.name = source["name"];
	        this.contextId = source["contextId"];
	        this.context = source["context"];
	        this.count = source["count"];
	        this.last = source["last"];
	        this.lastStep = source["lastStep"];
	        this.min = source["min"];
	        this.minStep = source["minStep"];
	        this.max = source["max"];
	        this.maxStep = source["maxStep"];
	        this.mean = source["mean"];
	        this.first = source["first"];
	        this.system = source["system"];
	        this.pending = source["pending"];
	    }
	}
	export class RunRef {
	    repository: string;
	    hash: string;
	
	    static createFrom(source: any = {}) {
	        return new RunRef(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repository = source["repository"];
	        this.hash = source["hash"];
	    }
	}
	export class MetricsRequest {
	    repositories: string[];
	    runs: RunRef[];
	    query: string;
	
	    static createFrom(source: any = {}) {
	        return new MetricsRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repositories = source["repositories"];
	        this.runs = this.convertValues(source["runs"], RunRef);
	        this.query = source["query"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Note {
	    id: number;
	    content: string;
	    created?: number;
	    updated?: number;
	
	    static createFrom(source: any = {}) {
	        return new Note(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.content = source["content"];
	        this.created = source["created"];
	        this.updated = source["updated"];
	    }
	}
	
	
	
	export class RowsRequest {
	    view: string;
	    from: number;
	    count: number;
	    columns: string[];
	
	    static createFrom(source: any = {}) {
	        return new RowsRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.view = source["view"];
	        this.from = source["from"];
	        this.count = source["count"];
	        this.columns = source["columns"];
	    }
	}
	
	export class SequenceInfo {
	    kind: string;
	    name: string;
	    contextId: string;
	    context: string;
	    steps: number;
	
	    static createFrom(source: any = {}) {
	        return new SequenceInfo(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.name = source["name"];
	        this.contextId = source["contextId"];
	        this.context = source["context"];
	        this.steps = source["steps"];
	    }
	}
	export class RunDetail {
	    repository: string;
	    hash: string;
	    name: string;
	    description?: string;
	    experiment?: string;
	    archived: boolean;
	    tags: string[];
	    notes: Note[];
	    created?: number;
	    ended?: number;
	    lastRecord?: number;
	    duration?: number;
	    state: string;
	    evidence: string[];
	    params: string;
	    metrics: MetricInfo[];
	    sequences: SequenceInfo[];
	    problems: RunProblem[];
	    indexed: boolean;
	
	    static createFrom(source: any = {}) {
	        return new RunDetail(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repository = source["repository"];
	        this.hash = source["hash"];
	        this.name = source["name"];
	        this.description = source["description"];
	        this.experiment = source["experiment"];
	        this.archived = source["archived"];
	        this.tags = source["tags"];
	        this.notes = this.convertValues(source["notes"], Note);
	        this.created = source["created"];
	        this.ended = source["ended"];
	        this.lastRecord = source["lastRecord"];
	        this.duration = source["duration"];
	        this.state = source["state"];
	        this.evidence = source["evidence"];
	        this.params = source["params"];
	        this.metrics = this.convertValues(source["metrics"], MetricInfo);
	        this.sequences = this.convertValues(source["sequences"], SequenceInfo);
	        this.problems = this.convertValues(source["problems"], RunProblem);
	        this.indexed = source["indexed"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	export class RunRow {
	    repository: string;
	    hash: string;
	    name: string;
	    state: string;
	    evidence: string;
	    archived: boolean;
	    cells: any[];
	
	    static createFrom(source: any = {}) {
	        return new RunRow(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repository = source["repository"];
	        this.hash = source["hash"];
	        this.name = source["name"];
	        this.state = source["state"];
	        this.evidence = source["evidence"];
	        this.archived = source["archived"];
	        this.cells = source["cells"];
	    }
	}
	export class SortKey {
	    column: string;
	    descending: boolean;
	
	    static createFrom(source: any = {}) {
	        return new SortKey(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.column = source["column"];
	        this.descending = source["descending"];
	    }
	}
	export class RunsRequest {
	    repositories: string[];
	    query: string;
	    text: string;
	    sort: SortKey[];
	    all: boolean;
	
	    static createFrom(source: any = {}) {
	        return new RunsRequest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.repositories = source["repositories"];
	        this.query = source["query"];
	        this.text = source["text"];
	        this.sort = this.convertValues(source["sort"], SortKey);
	        this.all = source["all"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class RunsView {
	    view: string;
	    total: number;
	    matched: number;
	    milliseconds: number;
	    revision: number;
	
	    static createFrom(source: any = {}) {
	        return new RunsView(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.view = source["view"];
	        this.total = source["total"];
	        this.matched = source["matched"];
	        this.milliseconds = source["milliseconds"];
	        this.revision = source["revision"];
	    }
	}
	
	
	
	export class ValueCount {
	    literal: string;
	    text: string;
	    runs: number;
	
	    static createFrom(source: any = {}) {
	        return new ValueCount(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.literal = source["literal"];
	        this.text = source["text"];
	        this.runs = source["runs"];
	    }
	}

}

