/* Work of the probe in the middle of the program: with room on the stack, out of sight of the program's own trace and
   profile functions, and no error of it gets out.

   A program that recurses until RecursionError gets as deep as it does untraced: what the probe does at the bottom
   counts on its own account, and the probe's callables are called without a look at the depth. */

#ifndef CALLCHAIN_SHELTER_H
#define CALLCHAIN_SHELTER_H

#define ROOM 400 /* frames of the probe's own work; far more than it takes, far less than the C stack has */

static PyObject *failed; /* what takes the errors of the probe's own work */

static inline int *room_of(PyThreadState *thread)
{
#if PY_VERSION_HEX >= 0x030C0000
    return &thread->py_recursion_remaining;
#else
    return &thread->recursion_remaining;
#endif
}

static PyObject *take_error(void)
{
    PyObject *kind, *error, *trace;
    PyErr_Fetch(&kind, &error, &trace);
    PyErr_NormalizeException(&kind, &error, &trace);
    if (error && trace) {
        PyException_SetTraceback(error, trace);
    }
    Py_XDECREF(kind);
    Py_XDECREF(trace);
    return error;
}

/* The error that is set goes to the guard; what the guard cannot take is let go. */
static void hand_over_error(void)
{
    PyObject *error = take_error();
    PyObject *done = error && failed ? PyObject_CallOneArg(failed, error) : NULL;
    Py_XDECREF(done);
    Py_XDECREF(error);
    PyErr_Clear();
}

/* What the function returns, or None; never an error. */
static PyObject *call_sheltered(PyThreadState *thread, PyObject *function, PyObject *const *arguments, size_t count)
{
    *room_of(thread) += ROOM;
    PyThreadState_EnterTracing(thread);
    PyObject *result = PyObject_Vectorcall(function, arguments, count, NULL);
    if (!result) {
        hand_over_error();
        result = Py_NewRef(Py_None);
    }
    PyThreadState_LeaveTracing(thread);
    *room_of(thread) -= ROOM;
    return result;
}

#define MOST_ARGUMENTS 6

/* A callable whose work is sheltered; with `is_told_frame` it gets the frame that calls it first. */
typedef struct {
    PyObject_HEAD
    PyObject *function;
    vectorcallfunc call;
    char is_told_frame;
} Shelter;

static PyObject *shelter_call(PyObject *callable, PyObject *const *given, size_t flags, PyObject *Py_UNUSED(names))
{
    Shelter *self = (Shelter *)callable;
    PyThreadState *thread = PyThreadState_Get();
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (!self->is_told_frame) {
        return call_sheltered(thread, self->function, given, count);
    }
    PyObject *arguments[MOST_ARGUMENTS + 1];
    arguments[0] = (PyObject *)PyThreadState_GetFrame(thread);
    if (!arguments[0]) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    count = count > MOST_ARGUMENTS ? MOST_ARGUMENTS : count;
    for (Py_ssize_t at = 0; at < count; at++) {
        arguments[at + 1] = given[at];
    }
    PyObject *result = call_sheltered(thread, self->function, arguments, count + 1);
    Py_DECREF(arguments[0]);
    return result;
}

static PyObject *shelter_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(options))
{
    PyObject *function;
    int is_told_frame = 0;
    if (!PyArg_ParseTuple(arguments, "O|p", &function, &is_told_frame)) {
        return NULL;
    }
    Shelter *self = (Shelter *)type->tp_alloc(type, 0);
    if (self) {
        self->function = Py_NewRef(function);
        self->call = shelter_call;
        self->is_told_frame = (char)is_told_frame;
    }
    return (PyObject *)self;
}

static void shelter_dealloc(Shelter *self)
{
    Py_XDECREF(self->function);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyTypeObject ShelterType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_core.Shelter",
    .tp_basicsize = sizeof(Shelter),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "A function of the probe as the program calls it: with room on the stack, unseen, and without errors.",
    .tp_new = shelter_new,
    .tp_dealloc = (destructor)shelter_dealloc,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Shelter, call),
};

/* The current thread may go so many frames deeper: those that the probe has below the program. */
static PyObject *core_deepen(PyObject *Py_UNUSED(module), PyObject *frames)
{
    long count = PyLong_AsLong(frames);
    if (count == -1 && PyErr_Occurred()) {
        return NULL;
    }
    *room_of(PyThreadState_Get()) += (int)count;
    Py_RETURN_NONE;
}

#endif
