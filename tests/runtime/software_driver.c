/* A CUDA driver (libcuda.so.1) in software: as much of it as runtime/cuda uses, over malloc and memcpy.
 *
 * It is stricter than a GPU where that finds mistakes: work waits in its stream until something synchronises, a call
 * without a current context fails, and so does a handle that was destroyed or memory outside an allocation.
 *
 * SOFTWARE_DRIVER_FAIL="cuMemAlloc=2" makes that call return that status; SOFTWARE_DRIVER_DEVICES says how many GPUs
 * there are (one). softwareDriverAlive() counts allocations, contexts, streams, events and graphs that nobody released.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101,
       INVALID_CONTEXT = 201, INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600, NOT_PERMITTED = 800,
       CAPTURE_INVALIDATED = 901 };
static const size_t MEMORY = 256u << 20;

typedef struct Operation { /* a copy, a host function, a recorded event or a graph */
    void *to, *from; size_t size;
    void (*function)(void *); void *data;
    struct Object *event, *graph;
} Operation;
typedef struct Object { char kind; int alive, capturing, invalid, done; double at; Operation *list; int count; } Object;
typedef struct { char *start; size_t size; int host; } Memory;

static Memory memories[4096];
static int memory_count, objects_alive, retained, initialised;
static size_t used;
static __thread void *contexts[64];
static __thread int depth;

static int injected(const char *name) {
    const char *text = getenv("SOFTWARE_DRIVER_FAIL");
    size_t n = strlen(name);
    return text && !strncmp(text, name, n) && text[n] == '=' ? atoi(text + n + 1) : OK;
}
#define BEGIN if (injected(__func__)) return injected(__func__); if (!initialised) return NOT_INITIALIZED;
#define BEGIN_IN_CONTEXT BEGIN if (!depth || !retained) return INVALID_CONTEXT;
#define CHECK(object, letter) if (!(object) || (object)->kind != (letter) || !(object)->alive) return INVALID_HANDLE;

static Object *make(char kind) { Object *o = calloc(1, sizeof *o); o->kind = kind; o->alive = 1; objects_alive++; return o; }
static int destroy(Object *o, char kind) { CHECK(o, kind) o->alive = 0; objects_alive--; return OK; }
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e3 + t.tv_nsec / 1e6; }
static int inside(void *p, size_t size, int host) {
    for (int i = 0; i < memory_count; i++)
        if (memories[i].host == host && (char *)p >= memories[i].start && (char *)p + size <= memories[i].start + memories[i].size)
            return 1;
    return 0;
}
static int enqueue(Object *stream, Operation operation) {
    CHECK(stream, 's')
    stream->list = realloc(stream->list, (stream->count + 1) * sizeof operation);
    stream->list[stream->count++] = operation;
    return OK;
}
static void run(Operation *list, int count) {
    for (int i = 0; i < count; i++) {
        if (list[i].to) memcpy(list[i].to, list[i].from, list[i].size);
        if (list[i].function) list[i].function(list[i].data);
        if (list[i].event) { list[i].event->done = 1; list[i].event->at = now(); }
        if (list[i].graph) run(list[i].graph->list, list[i].graph->count);
    }
}

int softwareDriverAlive(void) { return objects_alive + memory_count + retained; }

int cuInit(unsigned flags) {
    (void)flags;
    if (injected(__func__)) return injected(__func__);
    initialised = 1;
    return OK;
}
int cuDriverGetVersion(int *version) { *version = 12060; return OK; }
int cuGetErrorName(int status, const char **text) {
    *text = status == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : status == NO_DEVICE ? "CUDA_ERROR_NO_DEVICE"
          : status == INVALID_CONTEXT ? "CUDA_ERROR_INVALID_CONTEXT" : "CUDA_ERROR_OTHER";
    return OK;
}
int cuGetErrorString(int status, const char **text) {
    *text = status == OUT_OF_MEMORY ? "out of memory" : status == NO_DEVICE ? "no CUDA-capable device is detected"
          : status == INVALID_CONTEXT ? "invalid device context" : "another error";
    return OK;
}
int cuDeviceGetCount(int *count) {
    BEGIN
    const char *text = getenv("SOFTWARE_DRIVER_DEVICES");
    *count = text ? atoi(text) : 1;
    return OK;
}
int cuDeviceGet(int *device, int ordinal) { BEGIN *device = ordinal; return ordinal ? INVALID_DEVICE : OK; }
int cuDeviceGetName(char *name, int size, int device) { BEGIN (void)device; snprintf(name, size, "Software GPU"); return OK; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    BEGIN
    (void)device;
    *value = attribute == 75 ? 8 : attribute == 76 ? 9 : 0; /* compute capability 8.9 */
    return OK;
}

int cuDevicePrimaryCtxRetain(void **context, int device) { BEGIN (void)device; *context = &retained; retained++; return OK; }
int cuDevicePrimaryCtxRelease_v2(int device) { BEGIN (void)device; if (!retained) return INVALID_CONTEXT; retained--; return OK; }
int cuCtxPushCurrent_v2(void *context) { BEGIN if (context != &retained) return INVALID_CONTEXT; contexts[depth++] = context; return OK; }
int cuCtxPopCurrent_v2(void **context) {
    BEGIN
    if (!depth) return INVALID_CONTEXT;
    depth--;
    if (context) *context = contexts[depth];
    return OK;
}

static int allocate(void **memory, size_t size, int host) {
    if (!size) return INVALID_VALUE;
    if (used + size > MEMORY || memory_count == 4096) return OUT_OF_MEMORY;
    memories[memory_count++] = (Memory){*memory = malloc(size), size, host};
    used += size;
    return OK;
}
static int release(void *memory, int host) {
    for (int i = 0; i < memory_count; i++)
        if (memories[i].start == memory && memories[i].host == host) {
            used -= memories[i].size;
            free(memory);
            memories[i] = memories[--memory_count];
            return OK;
        }
    return INVALID_VALUE;
}
int cuMemAlloc_v2(void **memory, size_t size) { BEGIN_IN_CONTEXT return allocate(memory, size, 0); }
int cuMemFree_v2(void *memory) { BEGIN_IN_CONTEXT return release(memory, 0); }
int cuMemHostAlloc(void **memory, size_t size, unsigned flags) { BEGIN_IN_CONTEXT (void)flags; return allocate(memory, size, 1); }
int cuMemFreeHost(void *memory) { BEGIN_IN_CONTEXT return release(memory, 1); }

static int copy(void *to, int to_host, void *from, int from_host, size_t size, Object *stream) {
    if (!inside(to, size, to_host) || !inside(from, size, from_host)) return INVALID_VALUE;
    return enqueue(stream, (Operation){.to = to, .from = from, .size = size});
}
int cuMemcpyHtoDAsync_v2(void *to, void *from, size_t size, Object *stream) { BEGIN_IN_CONTEXT return copy(to, 0, from, 1, size, stream); }
int cuMemcpyDtoHAsync_v2(void *to, void *from, size_t size, Object *stream) { BEGIN_IN_CONTEXT return copy(to, 1, from, 0, size, stream); }
int cuMemcpyDtoDAsync_v2(void *to, void *from, size_t size, Object *stream) { BEGIN_IN_CONTEXT return copy(to, 0, from, 0, size, stream); }
int cuLaunchHostFunc(Object *stream, void (*function)(void *), void *data) {
    BEGIN_IN_CONTEXT
    return enqueue(stream, (Operation){.function = function, .data = data});
}

int cuStreamCreate(Object **stream, unsigned flags) { BEGIN_IN_CONTEXT (void)flags; *stream = make('s'); return OK; }
int cuStreamDestroy_v2(Object *stream) { BEGIN_IN_CONTEXT return destroy(stream, 's'); }
int cuStreamSynchronize(Object *stream) {
    BEGIN_IN_CONTEXT
    CHECK(stream, 's')
    if (stream->capturing) { stream->invalid = 1; return NOT_PERMITTED; }
    run(stream->list, stream->count);
    stream->count = 0;
    return OK;
}

int cuEventCreate(Object **event, unsigned flags) { BEGIN_IN_CONTEXT (void)flags; *event = make('e'); return OK; }
int cuEventDestroy_v2(Object *event) { BEGIN_IN_CONTEXT return destroy(event, 'e'); }
int cuEventRecord(Object *event, Object *stream) {
    BEGIN_IN_CONTEXT
    CHECK(event, 'e')
    event->done = 0;
    return enqueue(stream, (Operation){.event = event});
}
int cuEventElapsedTime(float *milliseconds, Object *start, Object *end) {
    BEGIN_IN_CONTEXT
    CHECK(start, 'e') CHECK(end, 'e')
    if (!start->done || !end->done) return NOT_READY;
    *milliseconds = end->at - start->at;
    return OK;
}
int cuEventElapsedTime_v2(float *milliseconds, Object *start, Object *end) { return cuEventElapsedTime(milliseconds, start, end); }

int cuStreamBeginCapture_v2(Object *stream, int mode) {
    BEGIN_IN_CONTEXT
    (void)mode;
    CHECK(stream, 's')
    if (stream->capturing) return INVALID_VALUE;
    run(stream->list, stream->count);
    stream->count = stream->invalid = 0;
    stream->capturing = 1;
    return OK;
}
int cuStreamEndCapture(Object *stream, Object **graph) {
    BEGIN_IN_CONTEXT
    CHECK(stream, 's')
    if (!stream->capturing) return INVALID_VALUE;
    stream->capturing = 0;
    *graph = NULL;
    if (stream->invalid) { stream->count = 0; return CAPTURE_INVALIDATED; }
    *graph = make('g');
    (*graph)->list = stream->list;
    (*graph)->count = stream->count;
    stream->list = NULL;
    stream->count = 0;
    return OK;
}
int cuGraphInstantiateWithFlags(Object **executable, Object *graph, unsigned long long flags) {
    BEGIN_IN_CONTEXT
    (void)flags;
    CHECK(graph, 'g')
    *executable = make('x');
    (*executable)->list = memcpy(malloc(graph->count * sizeof(Operation) + 1), graph->list, graph->count * sizeof(Operation));
    (*executable)->count = graph->count;
    return OK;
}
int cuGraphDestroy(Object *graph) { BEGIN return destroy(graph, 'g'); }
int cuGraphExecDestroy(Object *executable) { BEGIN return destroy(executable, 'x'); }
int cuGraphLaunch(Object *executable, Object *stream) {
    BEGIN_IN_CONTEXT
    CHECK(executable, 'x')
    return enqueue(stream, (Operation){.graph = executable});
}

/* cuda-bindings asks for every function here, by its name without a version. */
int cuGetProcAddress_v2(const char *name, void **function, int version, unsigned long long flags, int *found) {
    (void)version; (void)flags;
    static const char *const endings[] = {"_v2", "WithFlags", ""};
    static void *self;
    if (!self) self = dlopen("libcuda.so.1", RTLD_NOW);
    *function = NULL;
    for (int i = 0; i < 3 && !*function; i++) {
        char full[256];
        snprintf(full, sizeof full, "%s%s", name, endings[i]);
        *function = dlsym(self, full);
    }
    if (found) *found = *function ? 0 : 1;
    return *function ? OK : NOT_FOUND;
}
