/* What is done for every recorded call, in C: find the call's place, count it, remember that it runs.

   The table of running calls is keyed by the interpreter's own frames, so no frame object is made for a call that is
   counted only. Whatever is not known yet is asked of Python, which answers by `put`; the module is optional, and
   without it Python does all of it with the same results. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if PY_VERSION_HEX < 0x030B0000 || PY_VERSION_HEX >= 0x030E0000
#error "the interpreter's frames are of an unknown form"
#endif

#define Py_BUILD_CORE 1
#include "internal/pycore_frame.h"
#undef Py_BUILD_CORE

#include <stdint.h>
#include <string.h>

#include "_shelter.h"

typedef struct _PyInterpreterFrame Frame;

#define FORM 4 /* of what Python and this file say to each other; `running` has the same number */
#define BASE_BITS 24
#define MAX_WALK 3000
#define MAX_WAYS 4096

/* ---- the interpreter's frames ---------------------------------------------------------------------------------- */

static inline Frame *top_of(PyThreadState *thread)
{
#if PY_VERSION_HEX >= 0x030D0000
    return thread->current_frame;
#else
    return thread->cframe->current_frame;
#endif
}

static inline Frame *complete(Frame *frame)
{
    while (frame && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return frame;
}

static inline PyCodeObject *code_of(Frame *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return _PyFrame_GetCode(frame);
#else
    return frame->f_code;
#endif
}

static inline uint64_t instruction_of(Frame *frame)
{
    return (uint64_t)_PyInterpreterFrame_LASTI(frame) & ((1u << BASE_BITS) - 1);
}

/* ---- a hash table from words to pointers ----------------------------------------------------------------------- */

typedef struct {
    uint64_t key;
    void *value;
} Slot;

typedef struct {
    Slot *slots;
    size_t mask, used;
} Table;

static inline uint64_t mix(uint64_t seed, uint64_t word)
{
    uint64_t hash = (seed ^ word) * 0x9E3779B97F4A7C15ull;
    hash ^= hash >> 29;
    hash *= 0xBF58476D1CE4E5B9ull;
    return hash ^ (hash >> 32);
}

static inline void *table_get(const Table *table, uint64_t key)
{
    if (!table->slots) {
        return NULL;
    }
    for (size_t at = mix(0, key) & table->mask;; at = (at + 1) & table->mask) {
        if (!table->slots[at].value) {
            return NULL;
        }
        if (table->slots[at].key == key) {
            return table->slots[at].value;
        }
    }
}

static int table_put(Table *table, uint64_t key, void *value)
{
    if (!table->slots || table->used * 2 > table->mask) {
        size_t size = table->slots ? (table->mask + 1) * 2 : 16;
        Slot *slots = PyMem_RawCalloc(size, sizeof(Slot)), *old = table->slots;
        if (!slots) {
            return -1;
        }
        size_t count = old ? table->mask + 1 : 0;
        table->slots = slots;
        table->mask = size - 1;
        table->used = 0;
        for (size_t at = 0; at < count; at++) {
            if (old[at].value) {
                table_put(table, old[at].key, old[at].value);
            }
        }
        PyMem_RawFree(old);
    }
    size_t at = mix(0, key) & table->mask;
    while (table->slots[at].value && table->slots[at].key != key) {
        at = (at + 1) & table->mask;
    }
    table->used += !table->slots[at].value;
    table->slots[at].key = key;
    table->slots[at].value = value;
    return 0;
}

/* Take a key out; what lies behind it in its run moves up, so no marks are left. */
static void *table_pop(Table *table, uint64_t key)
{
    if (!table->slots) {
        return NULL;
    }
    size_t at = mix(0, key) & table->mask;
    while (table->slots[at].value && table->slots[at].key != key) {
        at = (at + 1) & table->mask;
    }
    void *value = table->slots[at].value;
    if (!value) {
        return NULL;
    }
    table->used--;
    for (size_t next = at;;) {
        table->slots[at].value = NULL;
        for (;;) {
            next = (next + 1) & table->mask;
            if (!table->slots[next].value) {
                return value;
            }
            size_t home = mix(0, table->slots[next].key) & table->mask;
            if (((next - home) & table->mask) >= ((next - at) & table->mask)) {
                break;
            }
        }
        table->slots[at] = table->slots[next];
        at = next;
    }
}

static void table_clear(Table *table)
{
    PyMem_RawFree(table->slots);
    memset(table, 0, sizeof(*table));
}

/* ---- places and running calls ---------------------------------------------------------------------------------- */

/* A `Node` or an `Entry` of Python; `cells` is NULL where Python must be told of the call's end. */
typedef struct {
    PyObject *object;
    uint64_t base;
    int64_t *cells;
} Place;

static Table running;   /* frame -> Place; those of entries belong to the call alone */
static Table places;    /* base -> Place of a node */
static Table armed;     /* code object -> Plan, or itself where Python takes its events */
static Table kept;      /* code objects whose address stands in the key of a way */
static PyObject *pausing, *frozen, *slow_enter, *slow_leave, *clock_ns;

static int64_t *cells_of(PyObject *node)
{
    PyObject *view = PyObject_GetAttrString(node, "cells"), *at = PyObject_GetAttrString(node, "at");
    int64_t *cells = NULL;
    if (view && at && PyMemoryView_Check(view)) {
        cells = (int64_t *)PyMemoryView_GET_BUFFER(view)->buf + PyLong_AsSsize_t(at);
    }
    Py_XDECREF(view); /* the recording keeps what is mapped */
    Py_XDECREF(at);
    return cells;
}

static Place *new_place(PyObject *object, uint64_t base, int64_t *cells)
{
    Place *place = PyMem_RawMalloc(sizeof(Place));
    if (place) {
        *place = (Place){Py_NewRef(object), base, cells};
    }
    return place;
}

static Place *place_of(PyObject *object)
{
    PyObject *number = PyObject_GetAttrString(object, "base");
    if (!number) {
        return NULL;
    }
    uint64_t base = PyLong_AsUnsignedLongLong(number);
    Py_DECREF(number);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (!PyObject_HasAttrString(object, "cells")) { /* an entry */
        return new_place(object, base, NULL);
    }
    Place *place = table_get(&places, base);
    if (!place) {
        int64_t *cells = cells_of(object);
        if (!cells) {
            return NULL;
        }
        place = new_place(object, base, cells);
        if (place && table_put(&places, base, place) < 0) {
            place = NULL;
        }
    }
    return place;
}

static void release(Place *place)
{
    if (!place->cells) {
        Py_DECREF(place->object);
        PyMem_RawFree(place);
    }
}

/* ---- plans ------------------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *plan;
    Table known; /* caller's base and instruction, or a way through outside frames -> Place */
    size_t ways;
} Plan;

static void plan_dealloc(Plan *self)
{
    Py_XDECREF(self->plan);
    table_clear(&self->known);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Whether the chain of code objects may be known by their addresses: those are kept, but not what is made anew. */
static int keep_codes(Frame *frame)
{
    for (int step = 0; frame && step < MAX_WALK; step++, frame = complete(frame->previous)) {
        PyCodeObject *code = code_of(frame);
        if (table_get(&running, (uintptr_t)frame)) {
            return 1;
        }
        if (!PyUnicode_Check(code->co_filename) || PyUnicode_GET_LENGTH(code->co_filename) == 0) {
            return 0;
        }
        if (PyUnicode_READ_CHAR(code->co_filename, 0) == '<' &&
            PyUnicode_Tailmatch(code->co_filename, frozen, 0, PY_SSIZE_T_MAX, -1) != 1) {
            return 0;
        }
        if (!table_get(&kept, (uintptr_t)code)) {
            Py_INCREF(code);
            table_put(&kept, (uintptr_t)code, code);
        }
    }
    return 1;
}

/* The key of a call: its caller and instruction when that is recorded, else the way to the nearest that is. */
static uint64_t key_of(PyThreadState *thread, Frame *back, int *is_direct)
{
    Place *caller = back ? table_get(&running, (uintptr_t)back) : NULL;
    *is_direct = caller != NULL;
    if (caller) {
        return caller->base + instruction_of(back);
    }
    uint64_t way = 1;
    for (int step = 0; back && step < MAX_WALK; step++) {
        caller = table_get(&running, (uintptr_t)back);
        way = mix(way, caller ? caller->base : (uintptr_t)code_of(back));
        way = mix(way, instruction_of(back));
        if (caller) {
            return way | 1ull << 63;
        }
        back = complete(back->previous);
    }
    return mix(way, thread->id) | 1ull << 63;
}

static PyObject *begin(Plan *self, PyThreadState *thread, Frame *frame)
{
    Frame *back = complete(frame->previous);
    int is_direct;
    uint64_t key = key_of(thread, back, &is_direct);
    Place *place = table_get(&self->known, key);
    if (place && !PySet_GET_SIZE(pausing)) {
        place->cells[0]++;
        if (table_put(&running, (uintptr_t)frame, place) < 0) {
            return PyErr_NoMemory();
        }
        Py_RETURN_NONE;
    }
    PyObject *told[] = {(PyObject *)PyThreadState_GetFrame(thread), self->plan};
    if (!told[0]) {
        return NULL;
    }
    PyObject *lasting = call_sheltered(thread, slow_enter, told, 2);
    Py_DECREF(told[0]);
    place = lasting == Py_True ? table_get(&running, (uintptr_t)frame) : NULL;
    if (place && place->cells && (is_direct || (self->ways < MAX_WAYS && keep_codes(back)))) {
        self->ways += !is_direct;
        table_put(&self->known, key, place);
    }
    Py_DECREF(lasting);
    Py_RETURN_NONE;
}

/* The first call of a node returns: when, for the time line; later ones are counted alone. */
static void tell_first_end(int64_t *cells)
{
    *room_of(PyThreadState_Get()) += ROOM;
    PyObject *now = clock_ns ? PyObject_CallNoArgs(clock_ns) : NULL;
    *room_of(PyThreadState_Get()) -= ROOM;
    long long at = now ? PyLong_AsLongLong(now) : 0;
    Py_XDECREF(now);
    if (PyErr_Occurred()) {
        PyErr_Clear();
        return;
    }
    if (at) {
        cells[3] = at;
    }
}

static PyObject *end(PyObject *value)
{
    PyThreadState *thread = PyThreadState_Get();
    Frame *frame = complete(top_of(thread));
    Place *place = frame ? table_get(&running, (uintptr_t)frame) : NULL;
    if (place && place->cells) {
        table_pop(&running, (uintptr_t)frame);
        if (place->cells[1]++ == 0) {
            tell_first_end(place->cells);
        }
    }
    else if (place) {
        PyObject *told[] = {(PyObject *)PyThreadState_GetFrame(thread), value};
        if (!told[0]) {
            return NULL;
        }
        Py_DECREF(call_sheltered(thread, slow_leave, told, 2));
        Py_DECREF(told[0]);
    }
    Py_RETURN_NONE;
}

static PyObject *plan_forget(Plan *self, PyObject *Py_UNUSED(unused))
{
    table_clear(&self->known);
    self->ways = 0;
    Py_RETURN_NONE;
}

static PyObject *plan_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(options))
{
    PyObject *plan;
    if (!PyArg_ParseTuple(arguments, "O", &plan)) {
        return NULL;
    }
    Plan *self = (Plan *)type->tp_alloc(type, 0);
    if (self) {
        self->plan = Py_NewRef(plan);
    }
    return (PyObject *)self;
}

static PyMethodDef plan_methods[] = {
    {"forget", (PyCFunction)plan_forget, METH_NOARGS, "Let go of all places."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject PlanType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_core.Plan",
    .tp_basicsize = sizeof(Plan),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The places of the calls of one code object.",
    .tp_new = plan_new,
    .tp_dealloc = (destructor)plan_dealloc,
    .tp_methods = plan_methods,
};

/* What rewritten code calls. Both are classes, whose calls are the interpreter's fastest of those that neither profile
   functions are told of nor the depth of the stack is looked at. */

static PyObject *enter_call(PyObject *Py_UNUSED(type), PyObject *const *Py_UNUSED(given), size_t Py_UNUSED(flags),
                            PyObject *Py_UNUSED(names))
{
    PyThreadState *thread = PyThreadState_Get();
    Frame *frame = complete(top_of(thread));
    PyObject *plan = frame ? table_get(&armed, (uintptr_t)code_of(frame)) : NULL;
    if (plan && Py_TYPE(plan) == &PlanType) {
        return begin((Plan *)plan, thread, frame);
    }
    if (frame) { /* the program made a copy of the code */
        PyObject *told[] = {(PyObject *)PyThreadState_GetFrame(thread), Py_None};
        Py_DECREF(call_sheltered(thread, slow_enter, told, 2));
        Py_XDECREF(told[0]);
    }
    Py_RETURN_NONE;
}

static PyTypeObject EnterType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_core.Enter",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "Called where a call of the running code begins.",
    .tp_vectorcall = enter_call,
};

static PyObject *leave_call(PyObject *Py_UNUSED(type), PyObject *const *given, size_t flags, PyObject *Py_UNUSED(names))
{
    return end(PyVectorcall_NARGS(flags) ? given[0] : Py_None);
}

static PyTypeObject LeaveType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_core.Leave",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "Called with the value that the running code returns.",
    .tp_vectorcall = leave_call,
};

/* ---- the table of running calls, for Python -------------------------------------------------------------------- */

static PyObject *core_get(PyObject *Py_UNUSED(module), PyObject *frame)
{
    Place *place = PyFrame_Check(frame) ? table_get(&running, (uintptr_t)((PyFrameObject *)frame)->f_frame) : NULL;
    return Py_NewRef(place ? place->object : Py_None);
}

static PyObject *core_put(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 2 || !PyFrame_Check(arguments[0])) {
        PyErr_SetString(PyExc_TypeError, "a frame and a node or entry");
        return NULL;
    }
    uint64_t key = (uintptr_t)((PyFrameObject *)arguments[0])->f_frame;
    Place *place = place_of(arguments[1]), *old = place ? table_pop(&running, key) : NULL;
    if (old) {
        release(old);
    }
    if (!place || table_put(&running, key, place) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

static PyObject *core_pop(PyObject *Py_UNUSED(module), PyObject *frame)
{
    Place *place = PyFrame_Check(frame) ? table_pop(&running, (uintptr_t)((PyFrameObject *)frame)->f_frame) : NULL;
    if (!place) {
        Py_RETURN_NONE;
    }
    PyObject *object = Py_NewRef(place->object);
    release(place);
    return object;
}

static PyObject *core_clear(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    Table old = running;
    memset(&running, 0, sizeof(running));
    for (size_t at = 0; old.slots && at <= old.mask; at++) {
        if (old.slots[at].value) {
            release(old.slots[at].value);
        }
    }
    table_clear(&old);
    Py_RETURN_NONE;
}

/* Nodes have new numbers from here on; the caller makes all plans forget theirs. */
static PyObject *core_renumber(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    table_clear(&places);
    Py_RETURN_NONE;
}

static int is_executing(Frame *frame)
{
    PyThreadState *thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    for (; thread; thread = PyThreadState_Next(thread)) {
        Frame *each = NULL;
#if PY_VERSION_HEX < 0x030D0000
        each = thread->cframe ? thread->cframe->current_frame : NULL;
#else
        each = thread->current_frame;
#endif
        for (; each; each = each->previous) {
            if (each == frame) {
                return 1;
            }
        }
    }
    return 0;
}

static PyObject *core_waiting(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    PyObject *found = PyList_New(0);
    for (size_t at = 0; found && running.slots && at <= running.mask; at++) {
        Place *place = running.slots[at].value;
        if (place && !is_executing((Frame *)(uintptr_t)running.slots[at].key) &&
            PyList_Append(found, place->object) < 0) {
            Py_CLEAR(found);
        }
    }
    return found;
}

/* ---- sys.monitoring -------------------------------------------------------------------------------------------- */

static PyObject *py_start, *py_return, *py_unwind, *py_raise, *outside, *disable;

static PyObject *core_arm(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 2 || !PyCode_Check(arguments[0])) {
        PyErr_SetString(PyExc_TypeError, "a code object and a plan or None");
        return NULL;
    }
    PyObject *value = Py_TYPE(arguments[1]) == &PlanType ? arguments[1] : arguments[0];
    Py_INCREF(arguments[0]); /* as long as the process lives, so that its address is its own */
    Py_INCREF(value);
    if (table_put(&armed, (uintptr_t)arguments[0], value) < 0) {
        return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

static PyObject *on_start(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *plan = table_get(&armed, (uintptr_t)arguments[0]);
    if (plan && Py_TYPE(plan) == &PlanType) {
        PyThreadState *thread = PyThreadState_Get();
        Frame *frame = complete(top_of(thread));
        return frame ? begin((Plan *)plan, thread, frame) : Py_NewRef(Py_None);
    }
    if (!plan) {
        int is_outside = PySet_Contains(outside, ((PyCodeObject *)arguments[0])->co_filename);
        if (is_outside) {
            return is_outside < 0 ? NULL : Py_NewRef(disable);
        }
    }
    return PyObject_Vectorcall(py_start, arguments, count, NULL);
}

static PyObject *on_return(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *plan = table_get(&armed, (uintptr_t)arguments[0]);
    if (plan && Py_TYPE(plan) == &PlanType) {
        return end(arguments[2]);
    }
    return PyObject_Vectorcall(py_return, arguments, count, NULL);
}

static PyObject *if_armed(PyObject *callback, PyObject *const *arguments, Py_ssize_t count)
{
    if (!table_get(&armed, (uintptr_t)arguments[0])) {
        Py_RETURN_NONE;
    }
    return PyObject_Vectorcall(callback, arguments, count, NULL);
}

static PyObject *on_unwind(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    return if_armed(py_unwind, arguments, count);
}

static PyObject *on_raise(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    return if_armed(py_raise, arguments, count);
}

static PyObject *core_callbacks(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *start, *leave, *unwind, *raised, *files, *never;
    if (!PyArg_ParseTuple(arguments, "OOOOO!O", &start, &leave, &unwind, &raised, &PySet_Type, &files, &never)) {
        return NULL;
    }
    Py_XSETREF(py_start, Py_NewRef(start));
    Py_XSETREF(py_return, Py_NewRef(leave));
    Py_XSETREF(py_unwind, Py_NewRef(unwind));
    Py_XSETREF(py_raise, Py_NewRef(raised));
    Py_XSETREF(outside, Py_NewRef(files));
    Py_XSETREF(disable, Py_NewRef(never));
    Py_RETURN_NONE;
}

/* ---- audit hooks ------------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *wanted, *hook;
    vectorcallfunc call;
    char can_trace;
} Filter;

static PyObject *filter_call(PyObject *callable, PyObject *const *arguments, size_t count, PyObject *Py_UNUSED(names))
{
    Filter *self = (Filter *)callable;
    if (PyVectorcall_NARGS(count) < 1) {
        Py_RETURN_NONE;
    }
    int is_wanted = PyDict_Contains(self->wanted, arguments[0]);
    if (is_wanted <= 0) {
        return is_wanted < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyThreadState *thread = PyThreadState_Get();
    if (self->can_trace) { /* the whole program runs below it: nothing of that may run yet */
        return complete(top_of(thread)) ? Py_NewRef(Py_None)
                                        : PyObject_Vectorcall(self->hook, arguments, PyVectorcall_NARGS(count), NULL);
    }
    *room_of(thread) += ROOM;
    PyObject *done = PyObject_Vectorcall(self->hook, arguments, PyVectorcall_NARGS(count), NULL);
    *room_of(thread) -= ROOM;
    return done;
}

static PyObject *filter_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(options))
{
    PyObject *wanted, *hook;
    int can_trace = 0;
    if (!PyArg_ParseTuple(arguments, "O!O|p", &PyDict_Type, &wanted, &hook, &can_trace)) {
        return NULL;
    }
    Filter *self = (Filter *)type->tp_alloc(type, 0);
    if (self) {
        self->wanted = Py_NewRef(wanted);
        self->hook = Py_NewRef(hook);
        self->call = filter_call;
        self->can_trace = (char)can_trace;
    }
    return (PyObject *)self;
}

static PyObject *filter_can_trace(Filter *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(self->can_trace);
}

static PyGetSetDef filter_attributes[] = {
    {"__cantrace__", (getter)filter_can_trace, NULL, "Whether trace functions work below the hook.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject FilterType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_core.Filter",
    .tp_basicsize = sizeof(Filter),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "An audit hook that hands on the events of a dict alone; it lives as long as the process.",
    .tp_new = filter_new,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Filter, call),
    .tp_getset = filter_attributes,
};

/* ---- exec and eval ---------------------------------------------------------------------------------------------- */

/* What runs code that no loader handed out: a debugger, coverage, pytest, a program's own. */
typedef struct {
    PyMethodDef method;
    PyObject *original;
} Runner;

static PyObject *rewritten;

static PyObject *run_code(Runner *self, PyObject *const *given, Py_ssize_t count, PyObject *names)
{
    PyObject *arguments[16];
    Py_ssize_t total = count + (names ? PyTuple_GET_SIZE(names) : 0);
    if (count < 1 || total > 16 || !PyCode_Check(given[0]) || !rewritten) {
        return PyObject_Vectorcall(self->original, given, count, names);
    }
    PyThreadState *thread = PyThreadState_Get();
    memcpy(arguments, given, total * sizeof(PyObject *));
    PyObject *code = call_sheltered(thread, rewritten, given, 1);
    arguments[0] = PyCode_Check(code) ? code : given[0];
#if PY_VERSION_HEX < 0x030C0000
    *room_of(thread) += 1; /* of two calls of C one is the program's */
#endif
    PyObject *result = PyObject_Vectorcall(self->original, arguments, count, names);
#if PY_VERSION_HEX < 0x030C0000
    *room_of(thread) -= 1;
#endif
    Py_DECREF(code);
    return result;
}

static Runner of_exec, of_eval;

static PyObject *run_exec(PyObject *Py_UNUSED(module), PyObject *const *given, Py_ssize_t count, PyObject *names)
{
    return run_code(&of_exec, given, count, names);
}

static PyObject *run_eval(PyObject *Py_UNUSED(module), PyObject *const *given, Py_ssize_t count, PyObject *names)
{
    return run_code(&of_eval, given, count, names);
}

/* A builtin in the place of another one, with its name, its text and its owner. */
static PyObject *in_place_of(PyObject *original, Runner *runner, _PyCFunctionFastWithKeywords call)
{
    if (!PyCFunction_CheckExact(original)) {
        Py_RETURN_NONE;
    }
    PyCFunctionObject *function = (PyCFunctionObject *)original;
    runner->method = (PyMethodDef){function->m_ml->ml_name, (PyCFunction)(void (*)(void))call,
                                   METH_FASTCALL | METH_KEYWORDS, function->m_ml->ml_doc};
    Py_XSETREF(runner->original, Py_NewRef(original));
    return PyCFunction_NewEx(&runner->method, function->m_self, function->m_module);
}

static PyObject *core_runners(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *exec, *eval, *rewrite;
    if (!PyArg_ParseTuple(arguments, "OOO", &exec, &eval, &rewrite)) {
        return NULL;
    }
    Py_XSETREF(rewritten, Py_NewRef(rewrite));
    return Py_BuildValue("NN", in_place_of(exec, &of_exec, run_exec), in_place_of(eval, &of_eval, run_eval));
}

/* ---- the module ------------------------------------------------------------------------------------------------- */

static PyObject *core_connect(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *threads, *enter, *leave, *guard;
    if (!PyArg_ParseTuple(arguments, "O!OOO", &PySet_Type, &threads, &enter, &leave, &guard)) {
        return NULL;
    }
    Py_XSETREF(failed, Py_NewRef(guard));
    Py_XSETREF(pausing, Py_NewRef(threads));
    Py_XSETREF(slow_enter, Py_NewRef(enter));
    Py_XSETREF(slow_leave, Py_NewRef(leave));
    Py_RETURN_NONE;
}

static PyObject *core_time_ends(PyObject *Py_UNUSED(module), PyObject *clock)
{
    Py_XSETREF(clock_ns, Py_NewRef(clock));
    Py_RETURN_NONE;
}

static PyMethodDef core_methods[] = {
    {"connect", core_connect, METH_VARARGS, "The set of paused threads, what is asked where nothing is known, and what takes errors."},
    {"time_ends", core_time_ends, METH_O, "The clock that tells when the first call of a node returned."},
    {"runners", core_runners, METH_VARARGS, "What stands in for exec and eval: it rewrites code first."},
    {"deepen", core_deepen, METH_O, "The current thread may go so many frames deeper."},
    {"get", core_get, METH_O, "The node or entry of a running call, None for any other frame."},
    {"put", (PyCFunction)(void (*)(void))core_put, METH_FASTCALL, "A call runs in a frame."},
    {"pop", core_pop, METH_O, "The call in a frame ended."},
    {"clear", core_clear, METH_NOARGS, "No call is running."},
    {"renumber", core_renumber, METH_NOARGS, "Nodes have new numbers from here on."},
    {"waiting", core_waiting, METH_NOARGS, "The nodes and entries of calls that no thread is executing."},
    {"arm", (PyCFunction)(void (*)(void))core_arm, METH_FASTCALL, "A code object has events."},
    {"callbacks", core_callbacks, METH_VARARGS, "What takes the events that are not merely counted, files that have none, and the answer for those."},
    {"on_start", (PyCFunction)(void (*)(void))on_start, METH_FASTCALL, "PY_START"},
    {"on_return", (PyCFunction)(void (*)(void))on_return, METH_FASTCALL, "PY_RETURN"},
    {"on_unwind", (PyCFunction)(void (*)(void))on_unwind, METH_FASTCALL, "PY_UNWIND"},
    {"on_raise", (PyCFunction)(void (*)(void))on_raise, METH_FASTCALL, "RAISE"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT, "_core", "What is done for every recorded call.", -1, core_methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__core(void)
{
    frozen = PyUnicode_InternFromString("<frozen ");
    if (!frozen || PyType_Ready(&PlanType) < 0 || PyType_Ready(&FilterType) < 0 || PyType_Ready(&ShelterType) < 0 ||
        PyType_Ready(&EnterType) < 0 || PyType_Ready(&LeaveType) < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&core_module);
    if (module && (PyModule_AddObjectRef(module, "Enter", (PyObject *)&EnterType) < 0 ||
                   PyModule_AddObjectRef(module, "Leave", (PyObject *)&LeaveType) < 0 ||
                   PyModule_AddObjectRef(module, "Shelter", (PyObject *)&ShelterType) < 0 ||
                   PyModule_AddObjectRef(module, "Plan", (PyObject *)&PlanType) < 0 ||
                   PyModule_AddObjectRef(module, "Filter", (PyObject *)&FilterType) < 0 ||
                   PyModule_AddIntConstant(module, "FORM", FORM) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
