@NullMarked
package sotto.pci.card;

import org.jspecify.annotations.NullMarked;
