// A child process that must not outlive the harness.

import Foundation

/// Ends this process soon after the one that started it has ended, whatever it is doing.
///
/// The harness ends its children itself, unless it is killed; and a reader in an endless loop inside libhdf5 doesn't
/// see that its input has ended.
package func exitWithParent() {
  let parent = getppid()
  Thread.detachNewThread {
    while getppid() == parent { sleep(1) }
    _exit(1)
  }
}
