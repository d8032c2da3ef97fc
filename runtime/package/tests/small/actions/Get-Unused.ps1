'says nothing about itself'
