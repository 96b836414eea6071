// SPDX-License-Identifier: Apache-2.0
// An event with fields must override `snapshot` and `restore`. An event without fields derives from SimpleEvent.
// expect: abstract
#include <juju/framework.hpp>

#ifdef MUST_FAIL
class NoteEvent : public juju::Event {};
#else
class NoteEvent : public juju::SimpleEvent {};
#endif

void use(juju::Framework& framework) { framework.emit(juju::EventSource<NoteEvent>("Notes/note"), NoteEvent()); }
