// Compiled into the tfjs-node binding (c++ -include). A signal that arrives in the middle of TensorFlow's matrix product
// with a transposed right side corrupts the heap (seen with libtensorflow 2.15.1 on AVX2: Ctrl-C, a resized terminal or a
// profiler are enough), so operations run with signals held back, for the milliseconds they take, and the library's own
// threads, which inherit the mask of their creator, never see one.
#pragma once
#include <pthread.h>
#include <signal.h>

#include <initializer_list>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

namespace cantus {

class SignalGuard {
 public:
  SignalGuard() {
    sigset_t held;
    sigfillset(&held);
    // What the processor itself raises cannot wait.
    for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) sigdelset(&held, fault);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~SignalGuard() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

inline void Execute(TFE_Op* op, TFE_TensorHandle** results, int* count, TF_Status* status) {
  SignalGuard guard;
  TFE_Execute(op, results, count, status);
}

inline TFE_Context* NewContext(const TFE_ContextOptions* options, TF_Status* status) {
  SignalGuard guard;
  return TFE_NewContext(options, status);
}

}  // namespace cantus

#define TFE_Execute cantus::Execute
#define TFE_NewContext cantus::NewContext
