@NullMarked
package sotto.pci.psp.stripe;

import org.jspecify.annotations.NullMarked;
